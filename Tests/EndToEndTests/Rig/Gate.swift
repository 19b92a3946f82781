/// The places where Postfix asks, by the names that the recipes of README.md have.
enum Gate: String, Sendable, CaseIterable {
    case submission, outbound, mx
}
