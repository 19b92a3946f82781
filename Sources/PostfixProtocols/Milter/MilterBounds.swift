/// What one packet may take.
package struct MilterBounds: Sendable, Equatable {
    /// Bytes of a packet that is kept until it is whole: every one but those below.
    package var packet: Int
    /// Bytes of name and value of a header field that is kept. Postfix sends up to `header_size_limit` (102,400).
    package var header: Int
    /// Bytes of a header field that is passed over instead of ending the connection.
    package var passedHeader: Int
    /// Bytes of a chunk of the body, which is handed on as it arrives. Postfix and Sendmail send up to 65,535.
    package var chunk: Int

    package init(packet: Int = 16 << 10, header: Int = 128 << 10, passedHeader: Int = 64 << 20, chunk: Int = 1 << 20) {
        self.packet = packet
        self.header = header
        self.passedHeader = passedHeader
        self.chunk = chunk
    }
}
