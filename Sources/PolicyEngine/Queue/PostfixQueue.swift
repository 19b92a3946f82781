import ControlProtocol

/// The queues of Postfix instances, read and worked through Postfix's own commands. Each instance is read in a loop of
/// its own, so that one that hangs holds up no other.
package final class PostfixQueue: MailQueue {
    /// Where the time comes from, and how it passes.
    package struct Time: Sendable {
        package var now: @Sendable () -> EpochMilliseconds
        /// Returns after the time, or throws at once when the task is cancelled.
        package var sleep: @Sendable (Duration) async throws -> Void

        package init(
            now: @escaping @Sendable () -> EpochMilliseconds,
            sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
        ) {
            self.now = now
            self.sleep = sleep
        }
    }

    private let settings: PostfixQueueSettings
    private let time: Time
    private let board = PictureBoard()
    private let wakes: [String: Wake]
    private let operations = OperationLine()

    package init(settings: PostfixQueueSettings, time: Time) {
        self.settings = settings
        self.time = time
        wakes = Dictionary(settings.instances.map { ($0.name, Wake()) }) { first, _ in first }
        board.publish { picture in
            picture.instances = settings.instances.map {
                InstanceReading(instance: $0.name, pause: settings.interval)
            }
        }
    }

    package var newest: QueuePicture { board.newest }

    package func pictures() -> AsyncStream<QueuePicture> { board.pictures() }

    package func run() async {
        await withTaskGroup(of: Void.self) { group in
            for instance in settings.instances {
                group.addTask { await self.watch(instance) }
            }
        }
        board.finish()
    }

    private func watch(_ instance: PostfixInstance) async {
        let reader = QueueReader(instance: instance, settings: settings)
        let pace = ReadPace(interval: settings.interval)
        while !Task.isCancelled {
            let startedAt = time.now()
            let start = ContinuousClock.now
            let result: Result<QueueReader.Reading, QueueTrouble>
            let took: Duration
            let pause: Duration
            do {
                result = .success(try await reader.read())
                took = ContinuousClock.now - start
                pause = pace.pause(afterReading: took)
            } catch {
                result = .failure(error)
                took = ContinuousClock.now - start
                pause = pace.pause(afterFailure: took)
            }
            if Task.isCancelled { return }
            note(result, of: instance.name, startedAt: startedAt, took: took, pause: pause)
            // After an operation the queue is read again soon, though not for more than half of the time.
            await wakes[instance.name]?.wait(
                atLeast: min(took, pause - took), atMost: pause - took, sleep: time.sleep)
        }
    }

    private func note(
        _ result: Result<QueueReader.Reading, QueueTrouble>, of instance: String, startedAt: EpochMilliseconds,
        took: Duration, pause: Duration
    ) {
        let readAt = time.now()
        board.publish { picture in
            guard let index = picture.instances.firstIndex(where: { $0.instance == instance }) else { return }
            picture.instances[index].pause = pause
            switch result {
            case .failure(let trouble):
                picture.instances[index].trouble = trouble.description
            case .success(let reading):
                picture.instances[index] = InstanceReading(
                    instance: instance, startedAt: startedAt, readAt: readAt, took: took,
                    messageCount: reading.messages.count, pause: pause, trouble: reading.trouble)
                picture.messages.replace(reading.messages)
            }
        }
    }

    package func perform(_ operation: QueueOperation, on messages: [QueuedMessage]) async -> QueueOutcome {
        await operations.wait { await self.performNow(operation, on: messages) }
    }

    private func performNow(_ operation: QueueOperation, on messages: [QueuedMessage]) async -> QueueOutcome {
        var outcome = QueueOutcome()
        for (name, group) in Dictionary(grouping: messages, by: \.instance).sorted(by: { $0.key < $1.key }) {
            guard let instance = settings.instances.first(where: { $0.name == name }) else {
                outcome.leaveOut(group.count, of: name, "no Postfix instance of that name is configured")
                continue
            }
            if operation == .flush {
                let messages = newest.messages
                let deferred = messages.indices.count {
                    messages.queue(at: $0) == .deferred && messages.instance(at: $0) == name
                }
                outcome.add(
                    await FlushRunner(instance: instance, settings: settings).run(on: group, ofDeferred: deferred))
            } else {
                let worked = await PostsuperRunner(instance: instance, settings: settings)
                    .run(operation, on: group, now: time.now())
                outcome.add(worked)
                if operation == .release, worked.done > 0 { await deliver(group, of: instance) }
            }
            wakes[name]?.wake()
        }
        return outcome
    }

    /// What was released lies in the deferred queue until its next run, minutes later; who releases means now. Should
    /// this fail, the run comes.
    private func deliver(_ released: [QueuedMessage], of instance: PostfixInstance) async {
        guard released.count <= FlushRunner.maximumSingle else { return }
        let deferred = released.map { message in
            var message = message
            message.queue = .deferred
            return message
        }
        _ = await FlushRunner(instance: instance, settings: settings).run(on: deferred, ofDeferred: .max)
    }
}
