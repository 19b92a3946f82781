import MailPolicy

/// What came of a chain.
package struct ARCOutcome: Sendable {
    /// `none` for a message without ARC.
    package var result: ARCStatus
    package var problem: ARCProblem?
    /// The highest instance of the message; 0 without ARC.
    package var newest = 0
    /// The oldest instance from which on every message signature verifies, as far as they were checked: the message has not
    /// changed since (RFC 8617 section 5.2 step 5). 0 if all of them do; `nil` if the chain does not pass.
    package var oldestPass: Int?
    /// Who sealed, from instance 1 on; what could not be read is left out.
    package var sealers: [DomainName] = []
    /// What the first of them found; `nil` if the chain is broken, or it cannot be read.
    package var firstResults: AuthenticationResults?
    /// Whether all the keys' records were validated with DNSSEC.
    package var isSecure = false

    package var reason: String? { problem?.description }

    /// A key could not be looked up, and nothing else is wrong: asked again, the chain may hold.
    package var isUndecided: Bool { problem?.isTemporary ?? false }
}

/// Validates the chain of a message (RFC 8617 section 5.2).
///
/// First ``read(_:into:)`` when the header has ended, then the body goes through the hasher, then
/// ``validate(_:of:body:at:asking:trace:)``.
package struct ARCValidator: Sendable {
    package struct Settings: Sendable {
        /// Message signatures that are checked, from the newest. The newest decides; the others tell since when the
        /// message has not changed.
        package var messageSignatures = 10
        /// Seconds by which a sealer's clock may differ from ours.
        package var clockSkew = 300

        package init() {}
    }

    private let resolver: any Resolver
    private let keys: DKIMKeyCache
    private let settings: Settings

    package init(resolver: any Resolver, keys: DKIMKeyCache = DKIMKeyCache(), settings: Settings = Settings()) {
        self.resolver = resolver
        self.keys = keys
        self.settings = settings
    }

    /// Reads the sets of a header and asks for the hashes of the body that they need.
    package func read(_ header: MessageHeader, into hasher: inout BodyHasher) -> ARCChain {
        let chain = ARCChain(header)
        for instance in chain.instances.suffix(settings.messageSignatures) {
            if case .success(let signature) = instance.messageSignature, signature.algorithm != .rsaSHA1 {
                hasher.request(signature.bodyRequest)
            }
        }
        return chain
    }

    /// Validates what was read; the parameters are those of ``DKIMVerifier/verify(_:of:body:at:asking:trace:)``.
    package func validate(
        _ chain: ARCChain, of header: MessageHeader, body: BodyHashes, at time: Moment,
        asking other: (any Resolver)? = nil, trace: ((DKIMStep) -> Void)? = nil
    ) async -> ARCOutcome {
        var outcome = ARCOutcome(result: .none)
        guard chain.isPresent else { return outcome }
        outcome.newest = chain.newest
        outcome.sealers = chain.instances.compactMap { try? $0.sealSignature.get().domain }
        var run = ChainRun(
            chain: chain, header: header, body: body,
            check: SignatureCheck(
                resolver: other ?? resolver, keys: keys, time: time, clockSkew: settings.clockSkew, trace: trace))
        do throws(ARCProblem) {
            guard header.isComplete else { throw .headerNotComplete }
            if let problem = chain.problem { throw problem }
            try run.checkStatus()
            try await run.checkNewestMessage()
            outcome.oldestPass = await run.oldestPass(signatures: settings.messageSignatures)
            for instance in (1...chain.newest).reversed() { try await run.checkSeal(at: instance) }
            outcome.firstResults = chain.firstResults(in: header)
            if let undecided = run.undecided { throw undecided }
            outcome.result = .pass
            outcome.isSecure = run.isSecure
        } catch {
            outcome.result = .fail
            outcome.problem = error
            outcome.oldestPass = nil
            if !error.isTemporary { outcome.firstResults = nil }
        }
        return outcome
    }
}

/// The steps of one validation.
private struct ChainRun {
    let chain: ARCChain
    let header: MessageHeader
    let body: BodyHashes
    let check: SignatureCheck
    /// A key that could not be looked up. What else is wrong is worse, so that the steps go on.
    private(set) var undecided: ARCProblem?
    private(set) var isSecure = true

    init(chain: ARCChain, header: MessageHeader, body: BodyHashes, check: SignatureCheck) {
        self.chain = chain
        self.header = header
        self.body = body
        self.check = check
    }

    /// Takes in what a signature came to that the chain rests on.
    private mutating func note(_ finding: SignatureCheck.Finding, _ problem: ARCProblem?) throws(ARCProblem) {
        isSecure = isSecure && finding.isSecure
        guard let problem else { return }
        guard problem.isTemporary else { throw problem }
        undecided = undecided ?? problem
    }

    /// Steps 2 and 3: what the seals say of the chain that they found.
    func checkStatus() throws(ARCProblem) {
        for (number, instance) in chain.instances.enumerated().reversed() {
            let seal = try seal(instance, number + 1)
            let status = seal.chainStatus ?? .fail
            if status == .fail && number + 1 == chain.newest { throw .alreadyFailed(instance: number + 1) }
            guard status == (number == 0 ? .none : .pass) else {
                throw .badStatus(status, instance: number + 1)
            }
        }
    }

    private func seal(_ instance: ARCChain.Instance, _ number: Int) throws(ARCProblem) -> DKIMSignature {
        switch instance.sealSignature {
        case .success(let seal): return seal
        case .failure(let error): throw .seal(.signature(error), instance: number)
        }
    }

    /// Step 4.
    mutating func checkNewestMessage() async throws(ARCProblem) {
        let finding = try await checkMessage(at: chain.newest)
        try note(finding, finding.problem.map { .message($0, instance: chain.newest) })
    }

    private func checkMessage(at number: Int) async throws(ARCProblem) -> SignatureCheck.Finding {
        let instance = chain.instances[number - 1]
        let signature: DKIMSignature
        switch instance.messageSignature {
        case .success(let read): signature = read
        case .failure(let error): throw .message(.signature(error), instance: number)
        }
        if signature.coversSeals { throw .coversSeals(instance: number) }
        check.trace?(.signature(signature, position: instance.message))
        return await check.check(signature, body: body) {
            check.headerDigest(signature, at: instance.message, of: header, chain.index)
        }
    }

    /// Step 5: from the newest on down until one does not verify.
    func oldestPass(signatures: Int) async -> Int {
        var oldest = chain.newest
        while oldest > 1 {
            if chain.newest - oldest + 1 >= signatures { return oldest }
            guard let finding = try? await checkMessage(at: oldest - 1), finding.problem == nil else { return oldest }
            oldest -= 1
        }
        return 0
    }

    /// Step 6: a seal covers all sets up to its own, and nothing else (section 5.1.1).
    mutating func checkSeal(at number: Int) async throws(ARCProblem) {
        let instance = chain.instances[number - 1]
        let seal = try seal(instance, number)
        check.trace?(.signature(seal, position: instance.seal))
        let finding = await check.check(seal, body: nil) {
            var canonical = CanonicalHeader(.relaxed)
            canonical.append(chain.positions(upTo: number - 1), of: header)
            canonical.append([instance.results, instance.message], of: header)
            canonical.appendSignature(instance.seal, of: header, omitting: seal.signatureRange)
            return canonical.digest()
        }
        try note(finding, finding.problem.map { .seal($0, instance: number) })
    }
}

extension ARCChain {
    /// What stands behind the instance of the first ARC-Authentication-Results (RFC 8617 section 4.1.1).
    fileprivate func firstResults(in header: MessageHeader) -> AuthenticationResults? {
        guard let first = instances.first else { return nil }
        let value = header[first.results].value
        guard let semicolon = value.firstIndex(of: UInt8(ascii: ";")) else { return nil }
        return try? AuthenticationResults(parsing: value[(semicolon + 1)...])
    }

    /// The fields of the first sets in the order in which a seal covers them.
    func positions(upTo count: Int) -> [Int] {
        instances.prefix(count).flatMap { [$0.results, $0.message, $0.seal] }
    }
}
