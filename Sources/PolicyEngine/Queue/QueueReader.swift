import ControlProtocol
import PostfixProtocols
import Synchronization

/// Reads the queue of one instance once.
struct QueueReader: Sendable {
    let instance: PostfixInstance
    let settings: PostfixQueueSettings

    struct Reading: Sendable {
        var messages: PackedQueue
        /// The listing is usable but not whole; says why.
        var trouble: String?
    }

    /// - Throws: ``QueueTrouble``.
    func read() async throws(QueueTrouble) -> Reading {
        let command = ChildCommand(
            arguments: settings.postqueue + ["-c", instance.configurationDirectory, "-j"],
            timeLimit: settings.readTimeLimit)
        let collector = ListingCollector(instance: instance.name, maximum: settings.maximumMessages)
        let complaint = Complaint()
        let end: ChildEnd
        do {
            end = try await ChildProcess.run(command, output: { collector.feed($0) }, error: { complaint.feed($0) })
        } catch {
            throw QueueTrouble(error, of: command, complaint: complaint.text)
        }
        guard end == .exited(code: 0) else { throw QueueTrouble(end, of: command, complaint: complaint.text) }
        return collector.finish(complaint: complaint.text)
    }
}

/// Takes the listing from the child's thread to the reader.
private final class ListingCollector: Sendable {
    private struct State {
        var lines = QueueListing()
        var listing: PackedListing
    }

    private let state: Mutex<State>

    init(instance: String, maximum: Int) {
        state = Mutex(State(listing: PackedListing(instance: instance, maximum: maximum)))
    }

    func feed(_ bytes: UnsafeRawBufferPointer) {
        state.withLock { state in
            state.lines.read(bytes.bindMemory(to: UInt8.self).span) { state.listing.add($0) }
        }
    }

    func finish(complaint: String) -> QueueReader.Reading {
        state.withLock { state in
            state.lines.finish { state.listing.add($0) }
            state.listing.finish()
            let trouble = Self.trouble(state.listing, complaint: complaint)
            return QueueReader.Reading(messages: state.listing.messages, trouble: trouble)
        }
    }

    private static func trouble(_ listing: PackedListing, complaint: String) -> String? {
        if let bad = listing.firstBadLine {
            let lines = listing.badLines == 1 ? "1 line" : "\(listing.badLines) lines"
            return "\(lines) of postqueue -j left out; \(bad)"
        }
        if listing.notKept > 0 {
            return "shows \(listing.messages.count) messages of \(listing.messages.count + listing.notKept)"
        }
        // `warning: Mail system is down -- accessing queue directly` and its like: read, but not well.
        return complaint.isEmpty ? nil : complaint
    }
}
