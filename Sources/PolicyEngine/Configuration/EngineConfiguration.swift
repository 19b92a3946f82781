import MailPolicy

/// All that `sekisho.toml` says.
///
/// Times are milliseconds, sizes bytes. Paths are absolute, or relative to the working directory as the configuration
/// file's own path was: ``ConfigurationLoader`` has put the file's directory before what was relative to it.
package struct EngineConfiguration: Sendable, Equatable {
    /// What the gates decide by.
    package var rulebook: Rulebook
    package var listeners: [ListenerSettings]
    package var milters: [MilterSettings]
    package var engine: ServingSettings
    package var control: ControlSettings
    package var store: StoreSettings
    package var log: LogSettings
    /// The accounts directory (CSV); `nil` if the site has none.
    package var directory: String?
    package var queue: QueueSettings
    package var authentication: AuthenticationSettings
    package var signingKeys: [SigningKey]
    /// `nil` to seal nothing.
    package var sealing: SealingSettings?
    /// What whoever wrote it should know, though it can be used.
    package var warnings: [ConfigurationProblem] = []

    package init(
        rulebook: Rulebook, listeners: [ListenerSettings] = [], milters: [MilterSettings] = [],
        engine: ServingSettings = ServingSettings(),
        control: ControlSettings = ControlSettings(), store: StoreSettings = StoreSettings(),
        log: LogSettings = LogSettings(), directory: String? = nil, queue: QueueSettings = QueueSettings(),
        authentication: AuthenticationSettings = AuthenticationSettings(), signingKeys: [SigningKey] = [],
        sealing: SealingSettings? = nil
    ) {
        self.rulebook = rulebook
        self.listeners = listeners
        self.milters = milters
        self.engine = engine
        self.control = control
        self.store = store
        self.log = log
        self.directory = directory
        self.queue = queue
        self.authentication = authentication
        self.signingKeys = signingKeys
        self.sealing = sealing
    }
}
