/// One client's side of the control protocol, without I/O: lines go in, actions come out, and whoever performs them
/// says how they ended.
///
/// What a client can have an engine do at the same time is bounded here: ``maximumCalls`` and ``maximumSubscriptions``.
package struct ControlSession: Sendable {
    package enum Action: Sendable, Equatable {
        /// Send this line.
        case send([UInt8])
        /// Perform it, send ``ControlSession/answer(_:_:)``, then say ``ControlSession/finished()``.
        case call(JSONRPCID, ControlCall)
        /// Subscribe, then send ``ControlSession/answer(_:_:)`` or ``ControlSession/notSubscribed(_:_:_:)``.
        case subscribe(JSONRPCID, subscription: Int, ViewQuery, framesPerSecond: Double)
        /// End the subscription, so that no frame of it follows the answer; then send the line.
        case unsubscribe(subscription: Int, answer: [UInt8])
    }

    package static let maximumCalls = 16
    package static let maximumSubscriptions = 8

    private let actor: String
    private var callsInProgress = 0
    private var subscriptions: Set<Int> = []
    private var lastSubscription = 0

    /// - Parameter actor: login of the client, for `hello`.
    package init(actor: String) { self.actor = actor }

    package mutating func receive(_ event: LineFraming.Event) -> Action {
        switch event {
        case .overlong(let limit): .send(Self.answer(.null, .failure(Self.overlong(limit))))
        case .importRefused: .send(Self.answer(.null, .failure(Self.importRefused)))
        case .line(let line): receive(line: line)
        }
    }

    /// A call was performed, and its answer has left for the client.
    package mutating func finished() { callsInProgress -= 1 }

    /// The subscription was refused.
    ///
    /// - Returns: the line to send.
    package mutating func notSubscribed(_ id: JSONRPCID, _ subscription: Int, _ error: ControlError) -> [UInt8] {
        subscriptions.remove(subscription)
        return Self.answer(id, .failure(error))
    }

    /// The engine ended a subscription that stood.
    ///
    /// - Returns: the line to send; `nil` if the client had ended it before.
    package mutating func ended(_ subscription: Int, _ error: ControlError) -> [UInt8]? {
        guard subscriptions.remove(subscription) != nil else { return nil }
        return try? JSONLine.encode(ControlNotification.ended(subscription: subscription, error))
    }

    private mutating func receive(line: [UInt8]) -> Action {
        do throws(ControlRequest.Refusal) {
            let request = try ControlRequest.decode(line: line)
            return receive(request)
        } catch {
            return .send(Self.answer(error.id, .failure(error.error)))
        }
    }

    private mutating func receive(_ request: ControlRequest) -> Action {
        switch request.call {
        case .hello:
            return .send(Self.answer(request.id, .success(.hello(HelloAnswer(actor: actor)))))
        case .subscribe(let parameters):
            return subscribe(request.id, parameters)
        case .unsubscribe(let parameters):
            return unsubscribe(request.id, parameters)
        case .view, .preview, .perform, .importAccounts, .reload:
            guard callsInProgress < Self.maximumCalls else {
                return .send(Self.answer(request.id, .failure(Self.tooMany("calls", Self.maximumCalls))))
            }
            callsInProgress += 1
            return .call(request.id, request.call)
        }
    }

    private mutating func subscribe(_ id: JSONRPCID, _ parameters: SubscribeParameters) -> Action {
        guard subscriptions.count < Self.maximumSubscriptions else {
            return .send(Self.answer(id, .failure(Self.tooMany("subscriptions", Self.maximumSubscriptions))))
        }
        lastSubscription += 1
        subscriptions.insert(lastSubscription)
        let rate = parameters.framesPerSecond ?? SubscribeParameters.maximumFramesPerSecond
        return .subscribe(id, subscription: lastSubscription, parameters.query, framesPerSecond: rate)
    }

    private mutating func unsubscribe(_ id: JSONRPCID, _ parameters: SubscriptionParameters) -> Action {
        let number = parameters.subscription
        guard subscriptions.remove(number) != nil else {
            return .send(Self.answer(id, .failure(.notFound("there is no subscription \(number)"))))
        }
        return .unsubscribe(subscription: number, answer: Self.answer(id, .success(.subscription(parameters))))
    }

    /// The line that answers a request.
    package static func answer(_ id: JSONRPCID, _ outcome: Result<ControlResult, ControlError>) -> [UInt8] {
        do {
            return try JSONLine.encode(ControlResponse(id: id, outcome: outcome))
        } catch {
            let failure = ControlError.internalError("the answer could not be written as JSON: \(error)")
            return (try? JSONLine.encode(ControlResponse(id: id, outcome: .failure(failure)))) ?? []
        }
    }

    private static func overlong(_ limit: Int) -> ControlError {
        .invalidRequest(
            "a line of more than \(limit) bytes was dropped; \(LineFraming.Bounds.requests.accountImport) are the most for "
                + "importAccounts and \(LineFraming.Bounds.requests.general) for anything else")
    }

    private static let importRefused = ControlError.failed(
        "another import is being read; this one was dropped, try again when it is done")

    private static func tooMany(_ what: String, _ most: Int) -> ControlError {
        .failed("\(most) \(what) are open on this connection, which is the most; wait for one to end")
    }
}
