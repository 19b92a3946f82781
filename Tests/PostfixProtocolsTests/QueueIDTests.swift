import Foundation
import PostfixProtocols
import Testing

@Suite struct QueueIDTests {
    @Test(arguments: ["3C1A2B4D5E", "00000F", "F423F7FFFFFFFFFFFFFFF"])
    func shortIDsAreTaken(text: String) throws {
        let id = try QueueID(text)
        #expect(id.text == text)
        #expect(!id.isLong)
    }

    @Test(arguments: ["4jZ3300M1fz2Nhjy", "4cQZ1x2vY1z9sYK", "zzzzzzzzzzz1", "4jZ3300M1fz2NhjyzzB"])
    func longIDsAreTaken(text: String) throws {
        let id = try QueueID(text)
        #expect(id.description == text)
        #expect(id.isLong)
    }

    @Test(arguments: [
        ("", QueueIDError.empty),
        ("ALL", .wrongCharacter(offset: 1)),
        ("-", .wrongCharacter(offset: 0)),
        ("ABC", .tooShort),
        ("3C1A2", .tooShort),
        ("3c1a2b4d5e", .wrongCharacter(offset: 1)),
        ("3C1A2B4D5E*", .wrongCharacter(offset: 10)),
        ("3C1A2B4D5E\n", .wrongCharacter(offset: 10)),
        ("3C1A2B4D5E 3C1A2B4D5F", .wrongCharacter(offset: 10)),
        ("3C1A2B4D5E\0", .wrongCharacter(offset: 10)),
        ("4jZ3300M1fz2Nhj\n", .wrongCharacter(offset: 15)),
        ("4jZ3300M1fz2Nhja", .wrongCharacter(offset: 15)),
        ("4jZ3300M1fzé", .wrongCharacter(offset: 11)),
        ("../active/z", .wrongCharacter(offset: 0)),
        ("4jZ3300M1fz", .tooShort),
        ("4jZ3300M1z2Nhj", .tooShort),
        ("F423F7FFFFFFFFFFFFFFFF", .tooLong(limit: 21)),
        ("4jZ3300M1fz" + String(repeating: "1", count: 1_000_000), .tooLong(limit: 29)),
    ])
    func anythingElseIsRefused(text: String, error: QueueIDError) {
        #expect(throws: error) { try QueueID(text) }
        #expect(throws: error) { try Array(text.utf8).queueID() }
    }

    @Test func decodingChecksToo() throws {
        let id = try QueueID("4jZ3300M1fz2Nhjy")
        #expect(try JSONDecoder().decode([QueueID].self, from: JSONEncoder().encode([id])) == [id])
        #expect(throws: QueueIDError.wrongCharacter(offset: 0)) {
            try JSONDecoder().decode([QueueID].self, from: Data(#"["-d ALL"]"#.utf8))
        }
    }
}
