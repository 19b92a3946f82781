import ArgumentParser

struct Queue: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Postfix's queues.",
        subcommands: [
            QueueList.self, QueueHold.self, QueueRelease.self, QueueRequeue.self, QueueDelete.self, QueueFlush.self,
        ])
}
