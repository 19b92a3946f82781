/// Where the engine of a test has its files, inside the test's folder.
enum EnginePaths {
    static let home = "engine"
    static let configuration = "engine/sekisho.toml"
    static let accounts = "engine/accounts.csv"
    static let policySocket = "engine/policy.sock"
    static let controlSocket = "engine/control.sock"
    static let verifySocket = "engine/verify.sock"
    static let signSocket = "engine/sign.sock"
    static let store = "engine/sekisho.sqlite"
    static let output = "engine/output"
}
