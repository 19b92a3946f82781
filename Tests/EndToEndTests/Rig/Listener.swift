/// Whether somebody listens.
enum Listener {
    static func answers(on port: UInt16) async -> Bool {
        (try? StreamSocket(host: "127.0.0.1", port: port, from: "127.0.0.1", timeoutSeconds: 5)) != nil
    }

    static func answers(at path: String) async -> Bool {
        (try? StreamSocket(path: path, timeoutSeconds: 5)) != nil
    }
}
