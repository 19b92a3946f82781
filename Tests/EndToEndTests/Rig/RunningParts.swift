/// What has been started so far, ended in the opposite order.
struct RunningParts {
    private var endings: [@Sendable () async -> Void] = []

    mutating func add(_ ending: @escaping @Sendable () async -> Void) {
        endings.append(ending)
    }

    func end() async {
        for ending in endings.reversed() { await ending() }
    }
}
