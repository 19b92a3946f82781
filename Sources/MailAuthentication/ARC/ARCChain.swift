/// The ARC Sets of a message, read and not yet validated (RFC 8617 section 4.2).
package struct ARCChain: Sendable {
    /// One instance: who sealed it, what the message was then, and what was found.
    struct Instance: Sendable {
        /// Positions in the header.
        var results: Int
        var message: Int
        var seal: Int
        var messageSignature: Result<DKIMSignature, DKIMSignatureError>
        var sealSignature: Result<DKIMSignature, DKIMSignatureError>
    }

    /// From instance 1 on, without gaps; empty if the structure is broken.
    private(set) var instances: [Instance] = []
    /// What is wrong with the structure.
    private(set) var problem: ARCProblem?
    /// The highest instance that any field names; 0 without fields.
    package private(set) var newest = 0
    let index: HeaderIndex

    /// Whether the message carries ARC fields, whatever they say.
    package var isPresent: Bool { newest > 0 || problem != nil }

    /// More instances than this break the chain (RFC 8617 section 5.1.1.1).
    package static let instanceCount = 50

    init(_ header: MessageHeader) {
        index = HeaderIndex(header)
        let results = index.positions(named: "arc-authentication-results", in: header)
        let messages = index.positions(named: "arc-message-signature", in: header)
        let seals = index.positions(named: "arc-seal", in: header)
        if results.isEmpty && messages.isEmpty && seals.isEmpty { return }
        // All kinds are read even if one is broken: whoever seals the failure needs the highest instance of any.
        let ofResults = place(results) { header[$0].value.leadingInstance }
        let ofMessages = place(messages) { header[$0].value.instanceTag }
        let ofSeals = place(seals) { header[$0].value.instanceTag }
        guard problem == nil else { return }
        do throws(ARCProblem) {
            try assemble(header, ofResults, ofMessages, ofSeals)
        } catch {
            problem = error
            instances = []
        }
    }

    /// Fields by instance.
    private mutating func place(_ positions: [Int], _ read: (Int) -> Int?) -> [Int: Int] {
        if positions.count > Self.instanceCount { problem = .tooManyInstances }
        var places: [Int: Int] = [:]
        for position in positions.prefix(Self.instanceCount) {
            guard let instance = read(position), 1...Self.instanceCount ~= instance else {
                problem = problem ?? .badInstance(position: position)
                continue
            }
            newest = max(newest, instance)
            if places.updateValue(position, forKey: instance) != nil {
                problem = problem ?? .repeatedField(instance: instance)
            }
        }
        return places
    }

    private mutating func assemble(
        _ header: MessageHeader, _ results: [Int: Int], _ messages: [Int: Int], _ seals: [Int: Int]
    ) throws(ARCProblem) {
        for instance in 1...max(newest, 1) {
            guard let result = results[instance], let message = messages[instance], let seal = seals[instance] else {
                throw .incomplete(instance: instance)
            }
            let messageValue = header[message].value
            let sealValue = header[seal].value
            instances.append(
                Instance(
                    results: result, message: message, seal: seal,
                    messageSignature: Result { () throws(DKIMSignatureError) in
                        try DKIMSignature(messageValue, as: .arcMessage)
                    },
                    sealSignature: Result { () throws(DKIMSignatureError) in
                        try DKIMSignature(sealValue, as: .arcSeal)
                    }))
        }
    }
}

extension ArraySlice<UInt8> {
    /// `i=` at the start of an ARC-Authentication-Results (RFC 8617 section 4.1.1).
    fileprivate var leadingInstance: Int? {
        guard let end = firstIndex(of: UInt8(ascii: ";")) else { return nil }
        return self[..<end].instanceTag
    }

    /// `i=` anywhere in a tag-list.
    fileprivate var instanceTag: Int? {
        withUnsafeBufferPointer { bytes in
            guard let list = try? TagList(bytes), let tag = list["i"], 1...2 ~= tag.value.count,
                bytes[tag.value].allSatisfy(\.isDigit)
            else { return nil }
            return bytes[tag.value].reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        }
    }
}

/// Why a chain does not hold.
package enum ARCProblem: Error, Hashable, Sendable {
    case headerNotComplete
    case tooManyInstances
    /// The field at that position of the header has no `i=` from 1 to 50.
    case badInstance(position: Int)
    case repeatedField(instance: Int)
    /// One of the three fields is missing.
    case incomplete(instance: Int)
    /// The newest seal itself says that the chain was broken when it came.
    case alreadyFailed(instance: Int)
    /// `cv=` is not `none` at instance 1, or not `pass` above.
    case badStatus(ARCStatus, instance: Int)
    /// `h=` of a message signature lists ARC-Seal.
    case coversSeals(instance: Int)
    case message(DKIMProblem, instance: Int)
    case seal(DKIMProblem, instance: Int)

    /// Whether the same chain may hold when it is asked again.
    package var isTemporary: Bool {
        switch self {
        case .message(let problem, _), .seal(let problem, _): problem.result == .temperror
        default: false
        }
    }

    /// At which instance, where it is at one.
    package var instance: Int? {
        switch self {
        case .headerNotComplete, .tooManyInstances, .badInstance: nil
        case .repeatedField(let instance), .incomplete(let instance), .alreadyFailed(let instance),
            .badStatus(_, let instance), .coversSeals(let instance), .message(_, let instance),
            .seal(_, let instance):
            instance
        }
    }
}

extension ARCProblem: CustomStringConvertible {
    package var description: String {
        switch self {
        case .headerNotComplete: "the header is larger than what is kept of one"
        case .tooManyInstances: "more than \(ARCChain.instanceCount) ARC sets"
        case .badInstance(let position): "field \(position) has no i= from 1 to \(ARCChain.instanceCount)"
        case .repeatedField(let instance): "instance \(instance) has a field twice"
        case .incomplete(let instance): "instance \(instance) lacks a field"
        case .alreadyFailed(let instance): "the seal of instance \(instance) says that the chain had failed before"
        case .badStatus(let status, let instance): "the seal of instance \(instance) says cv=\(status.rawValue)"
        case .coversSeals(let instance): "the message signature of instance \(instance) covers ARC-Seal"
        case .message(let problem, let instance): "message signature of instance \(instance): \(problem)"
        case .seal(let problem, let instance): "seal of instance \(instance): \(problem)"
        }
    }
}
