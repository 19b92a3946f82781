import Testing

@testable import MailPolicy

@Suite("Tables in bounded memory")
struct TableTests {
    private static func network(_ number: UInt32) -> Network { Network(IPAddress(v4: number)) }

    @Test func theHeaviestSourcesSurviveAMillionThatAreSeenOnce() {
        var table = SourceTable(capacity: 2000, seed: 21)
        let heavy = (0..<100).map { Self.network(0x0A00_0000 | UInt32($0)) }
        var time: Milliseconds = 1_700_000_000_000
        for number in 0..<UInt32(1_000_000) {
            if number % 500 == 0 {
                time += 100
                for network in heavy {
                    let (index, _) = table.place(network, at: time)
                    table[index].messages.add(at: time)
                    table[index].lastSeen = time
                }
            }
            let (index, _) = table.place(Self.network(0xC000_0000 | number), at: time)
            table[index].messages.add(at: time)
            table[index].lastSeen = time
        }
        #expect(table.records.count == 2000)
        for network in heavy {
            let index = table.find(network)
            #expect(index.map { table[$0].messages.count(at: time) } == 2000)
        }
        #expect(table.evicted == 1_000_100 - 2000)
    }

    @Test(arguments: 0..<UInt64(5))
    func sourcesAreFoundAgainUntilTheyAreEvicted(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var table = SourceTable(capacity: 64, seed: seed)
        var model: [Network: Int32] = [:]
        for step in 0..<20_000 {
            let network = Self.network(.random(in: 0..<400, using: &random))
            #expect(table.find(network) == model[network])
            guard random.once(in: 2) else { continue }
            let (index, fresh) = table.place(network, at: Milliseconds(step))
            #expect(fresh == (model[network] == nil))
            if fresh {
                for (other, place) in model where place == index { model[other] = nil }
                model[network] = index
            }
            #expect(table[index].network == network)
            table[index].messages.add(at: Milliseconds(step))
        }
        #expect(table.records.count == 64)
        #expect(model.count == 64)
    }

    @Test(arguments: 0..<UInt64(5))
    func namesKeepTheirNumbers(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var table = NameTable(seed: seed)
        var model: [String: Int] = [:]
        for _ in 0..<20_000 {
            let name = "User\(UInt32.random(in: 0..<8000, using: &random))@Example.ORG"
            #expect(table.find(name) == model[name.lowercased()])
            guard random.once(in: 2) else { continue }
            let number = table.intern(random.once(in: 2) ? name.uppercased() : name)
            #expect(number == model[name.lowercased()] ?? model.count)
            model[name.lowercased()] = number
        }
        #expect(table.count == model.count)
        for (name, number) in model {
            #expect(table[number] == name)
            var name = name
            let isName = name.withUTF8 { table.isName(number, $0.span) }
            #expect(isName)
        }
        #expect(table.find("") == nil)
        #expect(table.find("taro") == nil)
    }

    @Test func eightBytesAreFoldedAsOne() {
        var random = SplitMix64(seed: 77)
        for byte in UInt8.min...UInt8.max {
            let word = random.next() & ~0xFF | UInt64(byte)
            let expected = (0..<8).reduce(UInt64(0)) { folded, index in
                folded | UInt64(NameTable.folded(UInt8(truncatingIfNeeded: word >> (index * 8)))) << (index * 8)
            }
            #expect(NameTable.folded(word) == expected)
        }
    }

    @Test func onlyASCIICaseIsFolded() {
        var table = NameTable(seed: 1)
        let number = table.intern("[ÄÖ]@Example.org")
        #expect(table.find("[ÄÖ]@EXAMPLE.ORG") == number)
        #expect(table.find("[äö]@example.org") == nil)
        #expect(table.find("{ÄÖ}@example.org") == nil)
    }

    @Test(arguments: 0..<UInt64(5))
    func keysAreFoundAsInADictionary(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var index = KeyIndex()
        var model: [UInt64: Int32] = [:]
        for step in 0..<Int32(40_000) {
            // Many collide.
            let key = UInt64.random(in: 1...500, using: &random) << (random.once(in: 2) ? 40 : 0)
            #expect(index.find(key) == model[key])
            if random.once(in: 2) {
                index.insert(key, step)
                model[key] = step
            } else {
                index.remove(key)
                model[key] = nil
            }
            #expect(index.count == model.count)
        }
    }

    @Test func answersAreBoundedAndTheOldestGoFirst() {
        var answers = AnswerTable()
        let most = UInt64(AnswerTable.most)
        for asked in 1...most + 100 { answers.remember(asked, Verdict(.refused, .blocked), at: 5) }
        #expect(answers.count == AnswerTable.most)
        #expect(answers.find(100, at: 5) == nil)
        #expect(answers.find(101, at: 5)?.rule == .blocked)
        #expect(answers.find(most + 100, at: 5 + AnswerTable.keptFor)?.rule == .blocked)
        #expect(answers.find(most + 100, at: 6 + AnswerTable.keptFor) == nil)
    }

    @Test(arguments: 0..<UInt64(5))
    func anHourCounterTellsTheLast55To60Minutes(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var counter = HourCounter()
        var events: [Milliseconds] = []
        var time: Milliseconds = seed == 0 ? 0 : 1_700_000_000_000
        for _ in 0..<3000 {
            time += .random(in: 0...(random.once(in: 100) ? 2 * .hour : 5 * .minute), using: &random)
            if random.once(in: 3) {
                counter.add(at: time)
                events.append(time)
            }
            let parts = events.filter { time / 300_000 - $0 / 300_000 < 12 }.count
            #expect(counter.count(at: time) == parts)
        }
    }

    @Test func anHourCounterStopsInsteadOfWrapping() {
        var counter = HourCounter()
        for _ in 0..<70_000 { counter.add(at: 0) }
        #expect(counter.count(at: 0) == Int(UInt16.max))
        counter.add(100_000, at: 400_000)
        #expect(counter.count(at: 400_000) == 2 * Int(UInt16.max))
    }

    @Test func aUseListKeepsThoseSeenLast() {
        var list = UseList<Int>()
        for key in 0..<10 { list.note(key, refused: false, at: Milliseconds(key), bound: 5) }
        #expect(list.uses.map(\.key).sorted() == [5, 6, 7, 8, 9])
        list.note(5, refused: true, at: 20, bound: 5)
        list.note(10, refused: false, at: 21, bound: 5)
        #expect(list.uses.map(\.key).sorted() == [5, 7, 8, 9, 10])
        let five = list.uses.first { $0.key == 5 }
        #expect(five?.messages == 1 && five?.refused == 1 && five?.lastSeen == 20)
        #expect(list.count(since: 8) == 3)
    }
}
