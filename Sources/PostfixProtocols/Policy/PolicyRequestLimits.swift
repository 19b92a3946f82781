/// What one policy request may take.
package enum PolicyRequestLimits {
    /// Bytes of a line, without its line feed. Postfix bounds an address and a name well below that.
    package static let lineBytes = 2_048
    /// Bytes of a whole request, its empty line included.
    package static let requestBytes = 65_536
}
