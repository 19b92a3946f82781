/// What the engine knows that a queue listing does not.
package struct QueueJoin: Sendable {
    package var accounts: QueueAccountMap
    /// The carrier of a recipient domain in lower case; `nil` for any other domain.
    package var carrierOfDomain: @Sendable (String) -> String?
    /// The account that owns an envelope sender, for entries that the map does not know. To be answered only for
    /// instances behind the submission gate, which has checked that senders belong to their logins: on an MX anybody
    /// can write any sender.
    package var accountOfSender: @Sendable (_ instance: String, _ sender: String) -> String?

    package init(
        accounts: QueueAccountMap, carrierOfDomain: @escaping @Sendable (String) -> String? = { _ in nil },
        accountOfSender: @escaping @Sendable (_ instance: String, _ sender: String) -> String? = { _, _ in nil }
    ) {
        self.accounts = accounts
        self.carrierOfDomain = carrierOfDomain
        self.accountOfSender = accountOfSender
    }
}
