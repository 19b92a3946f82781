import PostfixProtocols
import Testing

@Suite struct MilterMacrosTests {
    private func set(_ macros: inout MilterMacros, _ letter: MilterLetter, _ pairs: String) {
        macros.set(letter, Array(pairs.utf8).span)
    }

    private func text(_ value: ArraySlice<UInt8>?) -> String? { value.map { String(decoding: $0, as: UTF8.self) } }

    @Test func aMacroIsFoundWithAndWithoutBraces() {
        var macros = MilterMacros()
        set(&macros, .sender, "{auth_authen}\0user0\0{i}\u{0}4jZ\0")
        #expect(text(macros["{auth_authen}"]) == "user0")
        #expect(text(macros["auth_authen"]) == "user0")
        #expect(text(macros["i"]) == "4jZ")
        #expect(macros["j"] == nil)
    }

    @Test func theLastStageThatSaidItCounts() {
        var macros = MilterMacros()
        set(&macros, .connection, "i\u{0}1\0")
        set(&macros, .endOfMessage, "i\u{0}3\0")
        set(&macros, .sender, "i\u{0}2\0")
        #expect(text(macros["i"]) == "3")
        macros.endMessage()
        #expect(text(macros["i"]) == "1")
        macros.endConnection()
        #expect(macros["i"] == nil)
    }

    @Test func whatComesWithMAILBelongsToTheMessageThatItBegins() {
        var macros = MilterMacros()
        set(&macros, .data, "i\u{0}1\0")
        set(&macros, .sender, "{mail_addr}\0a\0")
        macros.beginMessage()
        #expect(macros["i"] == nil)
        #expect(text(macros["mail_addr"]) == "a")
    }

    @Test func aStageThatIsSaidAgainReplacesTheOld() {
        var macros = MilterMacros()
        set(&macros, .recipient, "{rcpt_addr}\0a\0{rcpt_mailer}\0error\0")
        set(&macros, .recipient, "{rcpt_addr}\0b\0")
        #expect(text(macros["{rcpt_addr}"]) == "b")
        #expect(macros["{rcpt_mailer}"] == nil)
    }
}
