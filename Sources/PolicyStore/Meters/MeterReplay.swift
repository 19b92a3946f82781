/// Puts checkpoints and log together, so that each count comes out once.
struct MeterReplay {
    let store: PolicyStore
    /// The first row of the log: a checkpoint from before it cannot overlap with the log.
    let oldest: Int64
    /// Up to which row the log is in the checkpoint, for the meters where that is any.
    private var upto: [MeterKey: Int64] = [:]

    init(store: PolicyStore, oldest: Int64) {
        self.store = store
        self.oldest = oldest
    }

    @inline(__always)
    mutating func checkpoint(
        _ key: MeterKey, _ seq: Int64, _ bytes: UnsafeRawBufferPointer, _ each: (MeterKey, MeterEntries) -> Void
    ) throws {
        let entries = MeterEntries(bytes: bytes)
        guard entries.isIntact else { throw damaged("the checkpoint of \(key)") }
        if seq >= oldest { upto[key] = seq }
        if !bytes.isEmpty { each(key, entries) }
    }

    func increments(
        _ seq: Int64, _ bytes: UnsafeRawBufferPointer, _ each: (MeterKey, MeterEntries) -> Void
    ) throws {
        var decoder = MeterDecoder(bytes)
        while !decoder.isAtEnd {
            guard let key = decoder.key() else { throw damaged("log row \(seq)") }
            let start = decoder.offset
            guard decoder.entry(after: 0) != nil else { throw damaged("log row \(seq)") }
            if let known = upto[key], known >= seq { continue }
            each(key, MeterEntries(bytes: UnsafeRawBufferPointer(rebasing: bytes[start..<decoder.offset])))
        }
    }

    private func damaged(_ what: String) -> PolicyStoreError {
        store.error(.damaged, "load the meters", "\(what) cannot be read")
    }
}
