import Testing

@testable import MailAuthentication

@Suite struct MessageHeaderTests {
    @Test func fieldsAreFoundByNameWhateverTheCaseFromTheTop() {
        var header = MessageHeader()
        header.append(name: "Received".utf8, value: " one".utf8)
        header.append(name: "From".utf8, value: " a@example.org".utf8)
        header.append(name: "RECEIVED".utf8, value: " two".utf8)
        #expect(header.positions(of: "received") == [0, 2])
        #expect(header.positions(of: "to").isEmpty)
        #expect(Array(header[2].raw) == Array("RECEIVED: two".utf8))
    }

    @Test func whatIsOverTheBoundsIsCountedAndNotKept() {
        var bounds = MessageHeader.Bounds()
        bounds.fields = 3
        bounds.bytes = 20
        var header = MessageHeader(bounds: bounds)
        header.append(name: "A".utf8, value: " 1".utf8)
        header.append(name: "B".utf8, value: String(repeating: "x", count: 1 << 20).utf8)
        header.append(name: "C".utf8, value: " 3".utf8)
        header.append(name: "D".utf8, value: " 4".utf8)
        header.append(name: "E".utf8, value: " 5".utf8)
        #expect(header.count == 3)
        #expect(header.droppedFields == 2)
        #expect(!header.isComplete)
    }

    @Test func whoIsShownAsAuthorIsKeptWhateverStandsAbove() {
        var bounds = MessageHeader.Bounds()
        bounds.fields = 2
        bounds.fromFieldsBeyond = 2
        var header = MessageHeader(bounds: bounds)
        for name in ["A", "B", "C", "From", "D", "FROM ", "from"] { header.append(name: name.utf8, value: " x".utf8) }
        #expect(header.positions(of: "from") == [2, 3])
        #expect(header.droppedFields == 3 && header.droppedFromFields == 1)
        header.append(name: "From".utf8, value: String(repeating: "x", count: 1 << 20).utf8)
        header.dropField(name: "from".utf8)
        #expect(header.droppedFields == 5 && header.droppedFromFields == 3)
    }

    /// RFC 5322 section 4.5.8: what stands before the colon in old messages.
    @Test func whiteSpaceBeforeTheColonIsNoPartOfTheName() {
        var header = MessageHeader()
        for name in ["From ", "From\t ", "From x", "From:", " From", "Fro"] {
            header.append(name: name.utf8, value: " a@example.org".utf8)
        }
        #expect(header.positions(of: "from") == [0, 1])
    }
}

@Suite struct DomainNameTests {
    @Test func namesAreComparedWithoutCaseAndFinalDot() {
        #expect(DomainName("Mail.Example.ORG.") == "mail.example.org")
        #expect(DomainName("mail.example.org").isWithin("example.org"))
        #expect(!DomainName("mailexample.org").isWithin("example.org"))
        #expect(DomainName("example.org").isWithin("example.org"))
        #expect(DomainName("a..b").canBeAsked == false)
        #expect(DomainName(String(repeating: "a", count: 64)).canBeAsked == false)
        #expect(DomainName("_dmarc.example.org").canBeAsked)
    }
}
