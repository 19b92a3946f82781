/// What a client asks of an engine: a method with its parameters.
package enum ControlCall: Sendable, Equatable {
    case hello
    case view(ViewQuery)
    case subscribe(SubscribeParameters)
    case unsubscribe(SubscriptionParameters)
    case preview(PreviewParameters)
    case perform(Order)
    case importAccounts(ImportParameters)
    case reload

    package var method: ControlMethod {
        switch self {
        case .hello: .hello
        case .view: .view
        case .subscribe: .subscribe
        case .unsubscribe: .unsubscribe
        case .preview: .preview
        case .perform: .perform
        case .importAccounts: .importAccounts
        case .reload: .reload
        }
    }
}

package struct SubscribeParameters: Codable, Sendable, Equatable {
    package var query: ViewQuery
    /// At most this many frames a second, over 0 and up to ``maximumFramesPerSecond``, which is meant where it is left
    /// out.
    package var framesPerSecond: Double?

    package static let maximumFramesPerSecond = 10.0

    package init(query: ViewQuery, framesPerSecond: Double? = nil) {
        self.query = query
        self.framesPerSecond = framesPerSecond
    }
}

/// Parameters of `unsubscribe`, and the result of `subscribe` and `unsubscribe`.
package struct SubscriptionParameters: Codable, Sendable, Equatable {
    package var subscription: Int

    package init(subscription: Int) { self.subscription = subscription }
}

package struct PreviewParameters: Codable, Sendable, Equatable {
    package var action: OperatorAction

    package init(action: OperatorAction) { self.action = action }
}

package struct ImportParameters: Codable, Sendable, Equatable {
    /// The whole file.
    package var csv: String
    package var reason: String

    package init(csv: String, reason: String) {
        self.csv = csv
        self.reason = reason
    }
}

/// What `hello` answers: a client can tell from it whether it speaks to an engine that it understands.
package struct HelloAnswer: Codable, Sendable, Equatable {
    /// Version of the control protocol, ``HelloAnswer/current``.
    package var protocolVersion: Int
    package var methods: [String]
    /// Login that the engine takes the client for.
    package var actor: String

    package static let current = 1

    package init(actor: String) {
        protocolVersion = Self.current
        methods = ControlMethod.allCases.map(\.rawValue)
        self.actor = actor
    }
}
