import Foundation

/// The sudo rule of README.md, for the configuration directory of one test and for as long as it runs.
struct SudoRule {
    private let path: String

    init(user: String, configurationDirectory: String) throws {
        let rule = try ReadmeRecipe.block("sudo rule")
            .replacing("/etc/postfix", with: configurationDirectory)
            .replacing("SEKISHO_POSTSUPER", with: "SEKISHO_TEST_\(UInt32.random(in: .min ... .max))")
            .replacing("sekisho ALL", with: "\(user) ALL")
        let queue =
            "\(user) ALL=(root) NOPASSWD: /usr/sbin/postqueue -j -c \(configurationDirectory)\n"
            + "\(user) ALL=(root) NOPASSWD: /usr/sbin/postqueue -c \(configurationDirectory) -j\n"
        path = "/etc/sudoers.d/sekisho-test-\(getpid())-\(UInt32.random(in: .min ... .max))"
        guard
            FileManager.default.createFile(
                atPath: path, contents: Data((rule + queue).utf8), attributes: [.posixPermissions: 0o440])
        else { throw RigError("cannot write \(path)") }
    }

    func remove() {
        try? FileManager.default.removeItem(atPath: path)
    }
}
