import ControlProtocol
import Testing

@testable import PolicyEngine

@Suite struct QueueAccountMapTests {
    private let start: EpochMilliseconds = 1_795_570_000_000

    private func id(_ number: Int) -> String { "4jZ2Cn" + String(String(1_000_000 + number).dropFirst()) + "z2NG" }

    private func message(_ id: String, arrival: EpochMilliseconds? = nil) -> QueuedMessage {
        QueuedMessage(
            instance: "mx1", queueID: id, queue: .deferred, arrival: arrival ?? start, size: 1,
            sender: "a@isp.example", recipients: QueuedRecipients([("b@docomo.ne.jp", nil)]))
    }

    private func picture(_ ids: [String], at time: EpochMilliseconds, trouble: String? = nil) -> QueuePicture {
        QueuePicture(
            messages: ids.map { message($0) },
            instances: [InstanceReading(instance: "mx1", startedAt: trouble == nil ? time : nil, readAt: time)])
    }

    @Test func whatWasLearntIsFound() {
        let map = QueueAccountMap()
        map.learn(queueID: id(1), account: "佐藤@isp.example", at: start)
        map.learn(queueID: "A1B2C3D4E5", account: "b@isp.example", at: start)
        #expect(map.account(of: id(1)) == "佐藤@isp.example")
        #expect(map.account(of: "A1B2C3D4E5") == "b@isp.example")
        #expect(map.account(of: id(2)) == nil)
        #expect(map.accounts(of: QueueMessages([message(id(2)), message(id(1))])) == [nil, "佐藤@isp.example"])
    }

    @Test func idsThatPostfixDoesNotMakeAndEmptyLoginsAreNotLearnt() {
        let map = QueueAccountMap()
        for id in ["", "NOQUEUE-", "a b", String(repeating: "Z", count: 22)] {
            map.learn(queueID: id, account: "a@isp.example", at: start)
        }
        map.learn(queueID: id(1), account: "", at: start)
        #expect(map.count == 0)
    }

    @Test(arguments: ["0", "00", "A", "z", "4jZ2Cn6sd0z2NG95", "zzzzzzzzzzzzzzzzzzzzz", "0123456789ABCDEFabcde"])
    func aPackedIDKeepsItsText(_ text: String) throws {
        #expect(try #require(PackedQueueID(text)).text == text)
    }

    @Test func anIDThatIsUsedAgainBelongsToTheNewerAccount() {
        let map = QueueAccountMap()
        map.learn(queueID: "A1B2C3D4E5", account: "old@isp.example", at: start)
        map.learn(queueID: "A1B2C3D4E5", account: "new@isp.example", at: start + 1_000)
        #expect(map.account(of: "A1B2C3D4E5") == "new@isp.example")
        #expect(map.count == 1)
    }

    @Test func aMessageThatArrivedAtAnotherTimeIsNotTheAccounts() {
        let map = QueueAccountMap()
        map.learn(queueID: "A1B2C3D4E5", account: "a@isp.example", at: start)
        #expect(map.account(of: message("A1B2C3D4E5", arrival: start - 60_000)) == "a@isp.example")
        #expect(map.account(of: message("A1B2C3D4E5", arrival: start + 86_400_000)) == nil)
        #expect(map.account(of: message("A1B2C3D4E5", arrival: start - 86_400_000)) == nil)
    }

    @Test func theOldestGoesWhenItIsFull() {
        let map = QueueAccountMap(capacity: 3)
        for number in 0..<5 { map.learn(queueID: id(number), account: "a\(number)@isp.example", at: start) }
        #expect(map.count == 3)
        #expect((0..<5).map { map.account(of: id($0)) != nil } == [false, false, true, true, true])
    }

    @Test func aFullMapSparesWhatIsStillQueued() {
        let map = QueueAccountMap(capacity: 3)
        for number in 0..<3 { map.learn(queueID: id(number), account: "a@isp.example", at: start) }
        map.observe(picture([id(0)], at: start + 60_000))
        map.learn(queueID: id(3), account: "a@isp.example", at: start + 60_000)
        #expect((0..<4).map { map.account(of: id($0)) != nil } == [true, false, true, true])
    }

    @Test func whatLeftTheQueueIsForgottenAfterItsTimeAndWhatIsThereIsKept() {
        let map = QueueAccountMap(keepAfterGone: .seconds(600))
        map.learn(queueID: id(1), account: "a@isp.example", at: start)
        map.learn(queueID: id(2), account: "b@isp.example", at: start)
        var time = start
        while time <= start + 590_000 {
            time += 10_000
            map.observe(picture([id(1)], at: time))
        }
        #expect(map.count == 2)
        for _ in 0..<200 {
            time += 10_000
            map.observe(picture([id(1)], at: time))
        }
        #expect(map.account(of: id(1)) == "a@isp.example")
        #expect(map.account(of: id(2)) == nil)
        #expect(map.count == 1)
    }

    @Test func aPictureThatIsNotWholeForgetsNothing() {
        let map = QueueAccountMap(keepAfterGone: .seconds(600))
        map.learn(queueID: id(1), account: "a@isp.example", at: start)
        map.observe(picture([], at: start + 10_000_000, trouble: "hangs"))
        #expect(map.count == 1)
        map.observe(picture([], at: start + 10_000_000))
        #expect(map.count == 0)
    }

    @Test func changesAreDrainedOnceForgottenFirst() {
        let map = QueueAccountMap(keepAfterGone: .seconds(600))
        map.learn(queueID: id(1), account: "a@isp.example", at: start)
        map.learn(queueID: id(1), account: "a@isp.example", at: start + 5_000)
        let pair = QueueAccountMap.Pair(queueID: id(1), account: "a@isp.example", learntAt: start)
        #expect(map.drainChanges() == QueueAccountMap.Changes(learnt: [pair], forgotten: []))
        #expect(map.drainChanges().isEmpty)
        map.observe(picture([], at: start + 10_000_000))
        #expect(map.drainChanges() == QueueAccountMap.Changes(learnt: [], forgotten: [id(1)]))
        #expect(map.drainChanges().isEmpty)
    }

    @Test func whatCouldNotBeWrittenCanBeGivenBack() {
        let map = QueueAccountMap(keepAfterGone: .seconds(600))
        map.learn(queueID: id(1), account: "a@isp.example", at: start)
        let changes = map.drainChanges()
        map.giveBack(changes)
        #expect(map.drainChanges() == changes)
    }

    @Test func drainingIsBoundedAndComesToAnEnd() {
        let map = QueueAccountMap()
        for number in 0..<2_500 { map.learn(queueID: id(number), account: "a@isp.example", at: start) }
        let counts = (0..<4).map { _ in map.drainChanges(limit: 1_000).learnt.count }
        #expect(counts.reduce(0, +) == 2_500)
        #expect(counts.allSatisfy { $0 < 1_300 })
        #expect(counts.last == 0)
    }

    @Test func whatTheStoreHadIsNotWrittenAgainAndNotForgottenAtOnce() {
        let map = QueueAccountMap(keepAfterGone: .seconds(600))
        map.preload(
            [QueueAccountMap.Pair(queueID: id(1), account: "a@isp.example", learntAt: start - 86_400_000)], at: start)
        #expect(map.drainChanges().isEmpty)
        map.observe(picture([], at: start + 60_000))
        #expect(map.account(of: id(1)) == "a@isp.example")
    }

    @Test func whatIsQueuedForDaysIsHandedToTheStoreAgainEachDay() {
        let map = QueueAccountMap()
        let day: EpochMilliseconds = 86_400_000
        map.preload([QueueAccountMap.Pair(queueID: id(1), account: "a@isp.example", learntAt: start)], at: start)
        map.learn(queueID: id(2), account: "b@isp.example", at: start)
        _ = map.drainChanges()
        var handedIn: [EpochMilliseconds] = []
        for hour in EpochMilliseconds(1)...72 {
            map.observe(picture([id(1)], at: start + hour * 3_600_000))
            for pair in map.drainChanges().learnt {
                #expect(pair.queueID == id(1))
                handedIn.append(pair.learntAt)
            }
        }
        #expect(handedIn == [start + day, start + 2 * day, start + 3 * day])
    }

    @Test func aLongIDIsJoinedWheneverTheStoreWasTold() {
        let map = QueueAccountMap()
        map.preload(
            [QueueAccountMap.Pair(queueID: id(1), account: "a@isp.example", learntAt: start + 9 * 86_400_000)],
            at: start + 9 * 86_400_000)
        #expect(map.account(of: message(id(1), arrival: start)) == "a@isp.example")
    }

    @Test func manyAccountsComeAndGoWithoutGrowth() {
        var names = AccountNames()
        for number in 0..<10_000 { names.release(names.use("account\(number)")) }
        let kept = names.use("x")
        #expect(kept == 0)
        #expect(names[kept] == "x")
        #expect(names.number(of: "account9") == nil)
    }

    @Test func aRequeuedMessageIsFoundUnderItsNewID() {
        let map = QueueAccountMap()
        map.learn(queueID: id(1), account: "a@isp.example", at: start)
        var follower = RequeueFollower()
        follower.follow(picture([id(1)], at: start), in: map, at: start)
        follower.follow(picture([], at: start + 10_000), in: map, at: start + 10_000)
        follower.follow(picture([id(9)], at: start + 20_000), in: map, at: start + 20_000)
        #expect(map.account(of: id(9)) == "a@isp.example")
    }

    @Test func twoAccountsWithTheSameMarksAreNotGuessed() {
        let map = QueueAccountMap()
        map.learn(queueID: id(1), account: "a@isp.example", at: start)
        map.learn(queueID: id(2), account: "b@isp.example", at: start)
        var follower = RequeueFollower()
        follower.follow(picture([id(1), id(2)], at: start), in: map, at: start)
        follower.follow(picture([id(8), id(9)], at: start + 10_000), in: map, at: start + 10_000)
        #expect(map.account(of: id(8)) == nil)
        #expect(map.account(of: id(9)) == nil)
    }

    @Test func aVanishedMessageIsNotWaitedForForEver() {
        let map = QueueAccountMap()
        map.learn(queueID: id(1), account: "a@isp.example", at: start)
        var follower = RequeueFollower()
        follower.follow(picture([id(1)], at: start), in: map, at: start)
        follower.follow(picture([], at: start + 10_000), in: map, at: start + 10_000)
        follower.follow(picture([id(9)], at: start + 900_000), in: map, at: start + 900_000)
        #expect(map.account(of: id(9)) == nil)
    }
}
