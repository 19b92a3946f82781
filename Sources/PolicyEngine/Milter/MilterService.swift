import PostfixProtocols

/// What a milter does: it is asked for somebody to look after each message.
package protocol MilterService: Sendable {
    /// The same for all connections.
    var needs: MilterNeeds { get }

    /// Called at MAIL, on the event loop of the connection.
    func message(from sender: MilterPath, on connection: MilterConnection, macros: MilterMacros)
        -> any MilterMessageHandler
}

/// Looks after one message. It is told of the message as it arrives, and keeps of it what it needs and no more: bodies
/// have no bound. It lives on the event loop of its connection, and nothing is called there twice at a time.
///
/// Exactly one of ``verdict(macros:)`` and ``abandoned()`` ends it, or both, if the message is aborted before the
/// verdict is given; its task is cancelled then.
package protocol MilterMessageHandler: AnyObject {
    /// May never be called, and has no bound but the mail server's.
    func recipient(_ path: MilterPath, macros: MilterMacros)

    /// One header field.
    ///
    /// - Parameters:
    ///   - name: What stands before the colon.
    ///   - value: What stands behind it, with the space there, and folds as CR LF; without the CR LF that ends it.
    func header(name: Span<UInt8>, value: Span<UInt8>)

    /// In the place of a header field that is too long to be kept.
    ///
    /// - Parameters:
    ///   - name: What stands before the colon, or what that starts with.
    ///   - length: Bytes of name and value.
    func longHeader(name: Span<UInt8>, length: Int)

    func endOfHeader(macros: MilterMacros)

    /// Some of the body, as it arrived: pieces end anywhere. Lines end with CR LF.
    func body(_ piece: Span<UInt8>)

    /// Asked after each chunk where ``MilterNeeds/Body/untilEnough`` was asked for.
    var hasEnoughBody: Bool { get }

    /// The end of the message. It runs on the connection's event loop; what needs no waiting is answered without
    /// leaving it.
    nonisolated(nonsending) func verdict(macros: MilterMacros) async -> MilterVerdict

    /// There will be no message: the mail server has ended it, or the connection was lost.
    func abandoned()
}

extension MilterMessageHandler {
    package func recipient(_ path: MilterPath, macros: MilterMacros) {}
    package func header(name: Span<UInt8>, value: Span<UInt8>) {}
    package func longHeader(name: Span<UInt8>, length: Int) {}
    package func endOfHeader(macros: MilterMacros) {}
    package func body(_ piece: Span<UInt8>) {}
    package var hasEnoughBody: Bool { false }
    package func abandoned() {}
}
