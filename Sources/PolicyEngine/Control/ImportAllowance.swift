import Synchronization

/// One import at a time, over all control connections: its line is tens of megabytes, and peers whose roles allow none
/// are only known when it has been read.
final class ImportAllowance: Sendable {
    private let isTaken = Mutex(false)

    /// - Returns: `nil` while another has it.
    func take() -> ImportToken? {
        let wasTaken = isTaken.withLock { taken in
            defer { taken = true }
            return taken
        }
        return wasTaken ? nil : ImportToken(allowance: self)
    }

    fileprivate func giveBack() { isTaken.withLock { $0 = false } }
}

/// The room for one import, given back when nobody holds this any more.
final class ImportToken: Sendable {
    private let allowance: ImportAllowance

    fileprivate init(allowance: ImportAllowance) { self.allowance = allowance }

    deinit { allowance.giveBack() }
}
