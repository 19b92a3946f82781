/// Runs operations one after the other, in the order in which they came.
actor OperationLine {
    private var last: Task<QueueOutcome, Never>?

    /// Goes on to the end even if the caller is cancelled: half an operation would be worse than a late one.
    func wait(_ operation: @escaping @Sendable () async -> QueueOutcome) async -> QueueOutcome {
        let before = last
        let task = Task {
            _ = await before?.value
            return await operation()
        }
        last = task
        return await task.value
    }
}
