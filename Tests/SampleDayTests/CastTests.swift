import Testing

@testable import SampleDay

/// What the day is to show can be found in it.
@Suite struct CastTests {
    private let requests: [CommittedDay.Request]

    init() throws { requests = try CommittedDay.shared.get().requests }

    private func network(_ address: String) -> String {
        address.contains(":")
            ? address.split(separator: ":").prefix(4).joined(separator: ":")
            : address.split(separator: ".").prefix(3).joined(separator: ".")
    }

    @Test func theDayHasFortyThousandRequestsAndTwoThousandAccounts() throws {
        #expect(requests.count >= 40_000)
        let lines = try Repository.sampleData("accounts.csv").count { $0 == UInt8(ascii: "\n") }
        #expect(lines == 2001)
        #expect(Set(requests.map(\.gate)) == ["submission", "outbound", "mx"])
    }

    @Test func timeNeverGoesBackAndStaysWithinTheDay() {
        #expect(zip(requests, requests.dropFirst()).allSatisfy { $0.time <= $1.time })
        #expect(requests.allSatisfy { (DayClock.midnight..<DayClock.midnight + DayClock.length).contains($0.time) })
    }

    @Test func anInstanceStaysOnItsConnection() {
        var connections: [String: Int] = [:]
        let strays = requests.filter { request in
            let last = connections.updateValue(request.connection, forKey: request.instance)
            return last != nil && last != request.connection
        }
        #expect(strays.isEmpty)
        // Connections are used again, as Postfix does.
        #expect(Set(requests.map(\.connection)).count * 5 < requests.count)
    }

    @Test func oneConnectionServesOneTransactionAtATime() {
        var current: [Int: String] = [:]
        var ended: Set<String> = []
        let revived = requests.filter { request in
            guard current[request.connection] != request.instance else { return false }
            if let last = current.updateValue(request.instance, forKey: request.connection) { ended.insert(last) }
            return ended.contains(request.instance)
        }
        #expect(revived.isEmpty)
    }

    @Test func theFirstRecipientHasNoQueueIDAndTheOthersHaveALongOne() {
        var seen: Set<String> = []
        let odd = requests.filter { request in
            guard request.gate == "submission" else { return false }
            if seen.insert(request.instance).inserted { return !request.queueID.isEmpty }
            return request.queueID.utf8.count <= 10 || !request.queueID.contains("z")
        }
        #expect(odd.isEmpty)
    }

    @Test func theNightIsQuietAndTheOfficeHoursAreNot() {
        func count(_ hour: Int) -> Int {
            requests.count { (DayClock.at(hour, 0)..<DayClock.at(hour + 1, 0)).contains($0.time) }
        }
        #expect(count(3) * 10 < count(10))
        #expect(count(21) * 2 < count(10))
    }

    @Test func theTwentyMinutesOfTheDemonstrationAreRich() {
        for minute in 0..<20 {
            let range = DayClock.at(14, minute)..<DayClock.at(14, minute + 1)
            let inMinute = requests.filter { range.contains($0.time) }
            #expect(inMinute.count >= 300)
            for gate in ["submission", "outbound", "mx"] { #expect(inMinute.count { $0.gate == gate } > 60) }
        }
    }

    @Test func theThrowAwayAccountSendsFortyAMinuteFromSixtyOneNetworks() {
        let burst = requests.filter { $0.login == CastMember.throwaway && $0.time >= DayClock.at(13, 58) }
        let ends = burst.filter { $0.state == .endOfMessage }
        #expect(ends.count == 1600)
        #expect(ends.count { $0.time < DayClock.at(13, 59) } >= 39)
        #expect(Set(burst.map { network($0.client) }).count == CastMember.throwawayNetworks)
        #expect(burst.filter { $0.state == .rcpt }.allSatisfy { Recipients.isTelephone($0.recipient) })
        #expect(requests.first { $0.login == CastMember.throwaway }.map { $0.time > DayClock.at(10, 58) } == true)
    }

    @Test func theStolenAccountComesFromSixtyNetworks() {
        let abuse = requests.filter { $0.login == CastMember.stolen && $0.time >= DayClock.at(13, 30) }
        #expect(Set(abuse.map { network($0.client) }).count == CastMember.stolenNetworks)
        let own = requests.filter { $0.login == CastMember.stolen && $0.time < DayClock.at(13, 30) }
        #expect(Set(own.map(\.client)).count == 1)
    }

    @Test func theForgerUsesAnothersAddressAllDayAndOftenAroundTwo() {
        let forged = requests.filter {
            $0.login == CastMember.forger && $0.sender == CastMember.forged && $0.state == .rcpt
        }
        #expect(forged.count >= 30)
        #expect(forged.count { (DayClock.at(14, 0)..<DayClock.at(14, 5)).contains($0.time) } >= 4)
    }

    @Test(arguments: [
        (CastMember.shop, CastMember.shopRecipientsInHour), (CastMember.busy, CastMember.busyRecipientsInHour),
    ])
    func itIsSoNearToItsLimitWhenTheDemonstrationBegins(_ member: (login: String, recipients: Int)) {
        let mine = requests.filter { $0.login == member.login && $0.state == .rcpt }.map(\.time)
        let now = DayClock.demonstration
        #expect(mine.count { ($0 > now - 3_600_000) && $0 <= now } == member.recipients)
        for time in mine where time < now {
            #expect(mine.count { $0 > time - 3_600_000 && $0 <= time } <= 500)
        }
    }

    @Test func theShopGoesOverItsLimitWithinAMinute() {
        let mine = requests.filter { $0.login == CastMember.shop && $0.state == .rcpt }.map(\.time)
        let soon = DayClock.demonstration + 60_000
        #expect(mine.count { $0 > soon - 3_600_000 && $0 <= soon } > 480)
        #expect(mine.contains { time in mine.count { $0 > time - 3_600_000 && $0 <= time } > 500 })
    }

    @Test func theHarvesterGuessesFortyAMinute() {
        let guesses = requests.filter { $0.client == CastMember.harvester && $0.time >= DayClock.at(13, 50) }
        let inMinute = guesses.count { (DayClock.at(14, 0)..<DayClock.at(14, 1)).contains($0.time) }
        #expect((36...44).contains(inMinute))
        #expect(guesses.allSatisfy { $0.gate == "mx" && $0.recipient.hasSuffix("@isp.example") })
        #expect(Set(guesses.map(\.recipient)).count > 1000)
    }

    @Test func aNetworkSendsTooFast() {
        let fast = requests.filter { $0.client.hasPrefix(CastMember.fastNetwork) }
        #expect(Set(fast.map(\.client)).count >= 20)
        #expect(fast.count { (DayClock.at(14, 0)..<DayClock.at(14, 1)).contains($0.time) } > 80)
    }

    @Test func somebodyTriesWithoutAPassword() {
        let attempts = requests.filter { $0.gate == "submission" && $0.login.isEmpty }
        #expect(attempts.count > 100)
        #expect(attempts.contains { (DayClock.at(14, 1)..<DayClock.at(14, 2)).contains($0.time) })
    }

    @Test func docomoIsAskedForInBurstsAboveItsRate() {
        let asked = requests.filter { $0.gate == "outbound" && $0.recipient.hasSuffix("@docomo.ne.jp") }.map(\.time)
        for minute in 0..<20 {
            let start = DayClock.at(14, minute, 8)
            #expect(asked.count { (start..<start + 10_000).contains($0) } > 80)
        }
        #expect(requests.filter { $0.gate == "outbound" }.allSatisfy { $0.login.isEmpty && $0.client == "127.0.0.1" })
    }

    @Test func carriersSendToUsFromTheirOwnNetworks() {
        #expect(requests.count { $0.gate == "mx" && $0.client.hasPrefix("192.0.2.") } > 500)
    }
}
