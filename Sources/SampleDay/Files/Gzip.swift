import Foundation

/// Compresses and decompresses through gzip(1), which every Debian has.
package enum Gzip {
    package struct Failure: Error, Equatable, CustomStringConvertible {
        package var description: String
    }

    /// Writes a file from the pieces that `body` hands on.
    static func compress(to path: String, _ body: (([UInt8]) throws -> Void) throws -> Void) throws {
        // Without name and time in its header (-n), so that the same bytes come out again.
        let gzip = try process(["-9n"])
        let input = Pipe()
        guard FileManager.default.createFile(atPath: path, contents: nil),
            let output = FileHandle(forWritingAtPath: path)
        else { throw Failure(description: "\(path): it cannot be written") }
        gzip.standardInput = input
        gzip.standardOutput = output
        try gzip.run()
        try body { try input.fileHandleForWriting.write(contentsOf: Data($0)) }
        try input.fileHandleForWriting.close()
        gzip.waitUntilExit()
        try output.close()
        try check(gzip, path)
    }

    /// The bytes of a compressed file.
    ///
    /// - Throws: ``Failure`` if it is none, or holds more than `mostBytes`.
    package static func decompress(_ path: String, mostBytes: Int = 2_000_000_000) throws -> [UInt8] {
        let gzip = try process(["-dc", "--", path])
        let output = Pipe()
        gzip.standardOutput = output
        try gzip.run()
        var bytes: [UInt8] = []
        while let piece = try output.fileHandleForReading.read(upToCount: 1 << 20), !piece.isEmpty {
            bytes.append(contentsOf: piece)
            if bytes.count > mostBytes {
                gzip.terminate()
                throw Failure(description: "\(path): it holds more than \(mostBytes) bytes")
            }
        }
        gzip.waitUntilExit()
        try check(gzip, path)
        return bytes
    }

    private static func process(_ arguments: [String]) throws -> Process {
        for path in ["/usr/bin/gzip", "/bin/gzip"] where FileManager.default.isExecutableFile(atPath: path) {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: path)
            process.arguments = arguments
            process.standardError = FileHandle.nullDevice
            return process
        }
        throw Failure(description: "gzip is not installed: apt-get install gzip")
    }

    private static func check(_ gzip: Process, _ path: String) throws {
        guard gzip.terminationStatus == 0 else {
            throw Failure(description: "\(path): gzip ended with \(gzip.terminationStatus): not there, or no gzip file")
        }
    }
}
