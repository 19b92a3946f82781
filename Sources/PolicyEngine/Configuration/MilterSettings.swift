/// `[[milter]]`: a socket on which mail servers show their messages.
package struct MilterSettings: Sendable, Hashable {
    package enum Work: String, Sendable, CaseIterable {
        /// What comes in: who sent it is found out and written into the message.
        case verify
        /// What goes out: it is signed.
        case sign
    }

    package var endpoint: ListenerSettings.Endpoint
    package var work: Work

    package init(endpoint: ListenerSettings.Endpoint, work: Work) {
        self.endpoint = endpoint
        self.work = work
    }
}

extension MilterSettings {
    /// All `[[milter]]`.
    static func all(reading root: ConfigurationSection, _ sockets: inout ClaimedSockets) -> [MilterSettings] {
        root.sections("milter").compactMap { section in
            let work: Work? = section.choice("does")
            let endpoint = ListenerSettings.Endpoint(reading: section)
            if !section.has("does"), !section.document.isProbe {
                section.document.report(
                    section.path, "it does not say what it does",
                    remedy: "Write does = \"verify\" for mail that comes in, or \"sign\" for mail that goes out")
            }
            section.finish()
            guard let work, let endpoint else { return nil }
            sockets.claim(endpoint, section)
            return MilterSettings(endpoint: endpoint, work: work)
        }
    }
}
