import MailPolicy

/// `[queue]`: how Postfix's queue is read and worked.
package struct QueueSettings: Sendable, Equatable {
    /// One Postfix, by its configuration directory.
    package struct Instance: Sendable, Equatable {
        package var name: String
        package var directory: String

        package init(name: String, directory: String) {
            self.name = name
            self.directory = directory
        }
    }

    /// The shortest time from one reading to the next; a long queue is read less often.
    package var every: Milliseconds
    /// Program and arguments.
    package var postqueue: [String]
    package var postsuper: [String]
    /// A command that has not ended by then is stopped.
    package var timeout: Milliseconds
    /// None: the queue is not read.
    package var instances: [Instance]

    package init(
        every: Milliseconds = 10_000, postqueue: [String] = ["/usr/sbin/postqueue"],
        postsuper: [String] = ["sudo", "-n", "/usr/sbin/postsuper"], timeout: Milliseconds = 60_000,
        instances: [Instance] = []
    ) {
        self.every = every
        self.postqueue = postqueue
        self.postsuper = postsuper
        self.timeout = timeout
        self.instances = instances
    }
}

extension QueueSettings {
    init(reading section: ConfigurationSection) {
        let standard = QueueSettings()
        self.init(
            every: section.duration("every", default: standard.every, in: 1000...3_600_000),
            postqueue: Self.command(section, "postqueue", default: standard.postqueue),
            postsuper: Self.command(section, "postsuper", default: standard.postsuper),
            timeout: section.duration("timeout", default: standard.timeout, in: 1000...3_600_000),
            instances: Self.instances(section))
        section.finish()
    }

    /// A program and its arguments; a text alone is the program.
    private static func command(
        _ section: ConfigurationSection, _ name: String, default standard: [String]
    ) -> [String] {
        guard let words = section.texts(name) else { return standard }
        guard let program = words.first, !words.contains("") else {
            section.report(name, "it has no program, or an empty word", remedy: "Write [\"/usr/sbin/\(name)\"]")
            return standard
        }
        if program.contains(" ") {
            section.report(
                name, "\"\(program)\" is one word: no shell takes it apart",
                remedy: "Write [\(program.split(separator: " ").map { "\"\($0)\"" }.joined(separator: ", "))]")
        }
        return words
    }

    private static func instances(_ section: ConfigurationSection) -> [Instance] {
        var seen: [String: String] = [:]
        return section.sections("instances").compactMap { entry in
            let name = entry.text("name")
            let directory = entry.filePath("directory")
            entry.finish()
            guard let name, !name.isEmpty, let directory else {
                section.document.report(
                    entry.path, "it needs a name and the directory that holds its main.cf",
                    remedy: "Write name = \"mx1\" and directory = \"/etc/postfix\"")
                return nil
            }
            if let first = seen[name] {
                entry.report("name", "\"\(name)\" is used already (\(section.document.place(of: first)))")
            }
            seen[name] = entry.key("name")
            return Instance(name: name, directory: directory)
        }
    }
}
