import Foundation
import Glibc
import PostfixProtocols
import Testing

@testable import sekisho_bench

@Suite struct MilterLoadTests {
    /// What the dialogue says, by the letters of its packets, with a `|` where an answer is waited for.
    private func letters(_ parts: [MilterDialogue.Part]) throws -> String {
        var text = ""
        for part in parts {
            var decoder = MilterDecoder()
            var start = 0
            while start < part.bytes.count {
                let rest = Array(part.bytes[start...])
                let found = try decoder.next(rest.span)
                let packet = try #require(found)
                text.unicodeScalars.append(Unicode.Scalar(packet.command.letter.rawValue))
                start += packet.byteCount
            }
            text += "|"
        }
        return text
    }

    private let mail = MilterMail(message: Array("A: b\r\nC: d\n e\n\nHello.\n".utf8))

    @Test func aMilterThatAnswersEverythingIsWaitedForAfterEachCommand() throws {
        let dialogue = MilterDialogue(mail, steps: 0)
        #expect(try letters(dialogue.opening) == "DC|DH|")
        #expect(try letters(dialogue.message) == "DM|DR|DT|L|L|DN|B|DE|")
        #expect(dialogue.message.map(\.isBody) == [false, false, false, false, false, false, true, false])
    }

    @Test func aMilterThatAnswersNothingIsSentTheMessageInOnePiece() throws {
        let dialogue = MilterDialogue(mail, steps: 0x1F_F280)
        #expect(try letters(dialogue.opening) == "DCDH|")
        #expect(!dialogue.isOpeningAnswered)
        #expect(try letters(dialogue.message) == "DMDRDLLDNBDE|")
    }

    @Test func whatAMilterDoesNotWantIsNotSent() throws {
        let dialogue = MilterDialogue(mail, steps: 0x27B)
        #expect(try letters(dialogue.message) == "DM|DDDDE|")
    }

    @Test func aFoldedFieldIsOneAndTheBodyHasLinesThatEndInCRLF() {
        #expect(mail.header.map(\.name) == [Array("A".utf8), Array("C".utf8)])
        #expect(mail.header.map(\.value) == [Array(" b".utf8), Array(" d\n e".utf8)])
        #expect(mail.body == Array("Hello.\r\n".utf8))
    }

    @Test func theMessageThatIsMadeUpHasNearlyFiveKilobytes() {
        let mail = MilterMail()
        let bytes = mail.header.reduce(mail.body.count + 2) { $0 + $1.name.count + $1.value.count + 3 }
        #expect((4_700...5_000).contains(bytes))
    }

    @Test func eachMessageIsShownOnceAndCountedByItsVerdict() throws {
        let socket = SocketFile()
        let listener = try Socket.listening(on: socket.target)
        Thread.detachNewThread { Self.serve(listener) }
        for connections in [1, 4] {
            var client = try MilterLoadClient(socket.target, connections: connections, mail: mail, extent: .count(100))
            let report = try client.run(process: ServerProcess(id: getpid()))
            #expect(report.messages == 100)
            #expect(report.verdicts == ["accept": 100])
            #expect(report.changesPerMessage == 1)
            #expect(report.p50Microseconds <= report.p99Microseconds)
            #expect(report.serverMicrosecondsPerMessage != nil)
        }
    }

    /// A milter that wants to answer at the end of a message only, and adds a header.
    private static func serve(_ listener: Socket) {
        var watched = pollfd(fd: listener.descriptor, events: Int16(POLLIN), revents: 0)
        while poll(&watched, 1, 60_000) > 0 {
            guard let connection = listener.accepted() else { continue }
            Thread.detachNewThread { talk(connection) }
        }
    }

    private static func talk(_ connection: Socket) {
        var buffer: [UInt8] = []
        var decoder = MilterDecoder()
        var room = [UInt8](repeating: 0, count: 4_096)
        while true {
            var watched = pollfd(fd: connection.descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&watched, 1, 60_000) > 0 else { break }
            let count = read(connection.descriptor, &room, room.count)
            guard count > 0 else { break }
            buffer += room[..<count]
            while let packet = try? decoder.next(buffer.span) {
                buffer.removeFirst(packet.byteCount)
                var reply: [UInt8] = []
                switch packet.command {
                case .negotiate:
                    MilterReply.negotiate(.init(version: 6, actions: .addHeaders, steps: .init(rawValue: 0x1F_F280)))
                        .encode(into: &reply)
                case .endOfMessage:
                    MilterReply.progress.encode(into: &reply)
                    MilterReply.addHeader(name: Array("A".utf8), value: Array(" b".utf8)).encode(into: &reply)
                    MilterReply.accept.encode(into: &reply)
                default: break
                }
                // Whoever has said QUIT may be gone.
                _ = send(connection.descriptor, reply, reply.count, Int32(MSG_NOSIGNAL))
            }
        }
        connection.close()
    }
}
