import Foundation

/// Postfix's own `smtp-sink`: it takes every message and writes each into a file.
struct MailSink: Sendable {
    let port: UInt16
    private let folder: String
    private let process: ChildProcess

    init(in site: TemporaryFolder) async throws {
        port = try FreePort.next()
        folder = try site.makeFolder("sink", owner: "nobody")
        let address = "127.0.0.1:\(port)"
        process = try ChildProcess(
            "/usr/sbin/smtp-sink", ["-u", "nobody", "-c", "-d", folder + "/m.", address, "512"],
            output: site["smtp-sink.output"])
        do {
            try await eventually("smtp-sink on \(address)") { await Listener.answers(on: self.port) }
        } catch {
            await process.end()
            throw error
        }
    }

    func end() async {
        await process.end()
    }

    /// What was delivered whole until now, in the order of arrival.
    func delivered() throws -> [DeliveredMessage] {
        try FileManager.default.contentsOfDirectory(atPath: folder)
            .compactMap { try DeliveredMessage(file: folder + "/" + $0) }
            .sorted { $0.at < $1.at }
    }

    /// The messages, once there are `count` of them.
    func delivered(_ count: Int, within deadline: Duration = .seconds(30)) async throws -> [DeliveredMessage] {
        try await eventually("\(count) messages delivered", within: deadline) {
            let messages = try delivered()
            return messages.count >= count ? messages : nil
        }
    }
}
