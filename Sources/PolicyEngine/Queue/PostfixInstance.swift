/// One Postfix instance whose queue is watched and worked.
package struct PostfixInstance: Sendable, Equatable {
    /// As the console shows it.
    package var name: String
    /// Absolute path of the directory with its `main.cf`.
    package var configurationDirectory: String

    package init(name: String, configurationDirectory: String) {
        self.name = name
        self.configurationDirectory = configurationDirectory
    }
}

/// How the engine reaches Postfix's queue commands, and how much they may use up.
package struct PostfixQueueSettings: Sendable, Equatable {
    package var instances: [PostfixInstance]
    /// From one reading to the next while reading is quick.
    package var interval: Duration
    /// `postqueue(1)`; it is set-gid, so that no privilege is needed. More words may precede it, as in a container.
    package var postqueue: [String]
    /// `postsuper(1)`, with what gives the engine the right to run it. Empty: the queue is only shown.
    package var postsuper: [String]
    /// A reading that takes longer is given up.
    package var readTimeLimit: Duration
    /// A batch of an operation that takes longer is given up.
    package var operationTimeLimit: Duration
    /// Queue IDs that one run of `postsuper` gets.
    package var batch: Int
    /// A message this old is released by requeueing it, since its time in the queue counts from its arrival: released
    /// to the deferred queue it would soon be returned to its sender. A part of `maximal_queue_lifetime` (5 days).
    package var requeueOnReleaseAfter: Duration
    /// Messages of one instance that a picture holds at most; the rest is only counted.
    package var maximumMessages: Int

    package init(
        instances: [PostfixInstance], interval: Duration = .seconds(10), postqueue: [String] = ["/usr/sbin/postqueue"],
        postsuper: [String] = ["sudo", "-n", "/usr/sbin/postsuper"], readTimeLimit: Duration = .seconds(120),
        operationTimeLimit: Duration = .seconds(60), batch: Int = 10_000,
        requeueOnReleaseAfter: Duration = .seconds(86_400), maximumMessages: Int = 500_000
    ) {
        self.instances = instances
        self.interval = interval
        self.postqueue = postqueue
        self.postsuper = postsuper
        self.readTimeLimit = readTimeLimit
        self.operationTimeLimit = operationTimeLimit
        self.batch = max(1, batch)
        self.requeueOnReleaseAfter = requeueOnReleaseAfter
        self.maximumMessages = maximumMessages
    }
}
