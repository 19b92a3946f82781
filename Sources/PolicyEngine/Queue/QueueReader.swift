import ControlProtocol
import Synchronization

/// Reads the queue of one instance once.
struct QueueReader: Sendable {
    let instance: PostfixInstance
    let settings: PostfixQueueSettings
    let decoder: any QueueListingDecoding

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
        let collector = ListingCollector(
            QueueListing(instance: instance.name, maximum: settings.maximumMessages, decoder: decoder))
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
        var lines: LineSplitter
        var listing: QueueListing
    }

    private let state: Mutex<State>

    /// A message of 50,000 recipients, each with its reason.
    private static let maximumLine = 16 << 20

    init(_ listing: QueueListing) {
        state = Mutex(State(lines: LineSplitter(limit: Self.maximumLine), listing: listing))
    }

    func feed(_ bytes: UnsafeRawBufferPointer) {
        state.withLock { state in
            state.lines.feed(bytes) { state.listing.add(line: $0) }
        }
    }

    func finish(complaint: String) -> QueueReader.Reading {
        state.withLock { state in
            state.lines.finish { state.listing.add(line: $0) }
            state.listing.finish()
            let trouble = Self.trouble(state.listing, tooLong: state.lines.tooLong, complaint: complaint)
            return QueueReader.Reading(messages: state.listing.messages, trouble: trouble)
        }
    }

    private static func trouble(_ listing: QueueListing, tooLong: Int, complaint: String) -> String? {
        if let bad = listing.firstBadLine {
            return "\(listing.badLines) lines of postqueue -j were left out; \(bad)"
        }
        if listing.notKept > 0 {
            return "shows \(listing.messages.count) messages of \(listing.messages.count + listing.notKept)"
        }
        if tooLong > 0 { return "\(tooLong) lines of postqueue -j over \(maximumLine >> 20) MB were left out" }
        // `warning: Mail system is down -- accessing queue directly` and its like: read, but not well.
        return complaint.isEmpty ? nil : complaint
    }
}
