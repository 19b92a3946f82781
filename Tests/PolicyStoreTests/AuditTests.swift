import Testing

@testable import PolicyStore

@Suite struct AuditTests {
    let place: TemporaryStore
    let store: PolicyStore

    init() throws {
        place = try TemporaryStore()
        store = try place.open()
    }

    private func audit(_ verb: String = "suspend", target: String = "sato@isp.example", undoes: Int64? = nil)
        -> AuditRecord
    {
        AuditRecord(
            at: morning, actor: "oncall", uid: 1_000, verb: verb, target: target, detail: "refuse", reason: "迷惑メール",
            expires: morning + day, outcome: .done, undoes: undoes, payload: #"{"was":null}"#)
    }

    private func override(expires: Int64? = nil) -> OverrideRecord {
        OverrideRecord(
            kind: "suspension", target: "sato@isp.example", value: "refuse", actor: "oncall", reason: "迷惑メール",
            since: morning, expires: expires)
    }

    @Test func anActionComesBackWithWhatItPutInForce() throws {
        let receipt = try store.record(audit(), creating: [override(expires: morning + day)])
        let stored = StoredOverride(
            id: receipt.overrides[0], record: override(expires: morning + day), madeBy: receipt.number)
        #expect(
            try store.audit(number: receipt.number)
                == AuditEntry(number: receipt.number, record: audit(), undoneBy: nil, overrides: [stored]))
        #expect(try store.overridesInForce(now: morning) == [stored])
        #expect(try store.audit(number: 99) == nil)
    }

    @Test func aRefusedAttemptOfARuleIsKeptToo() throws {
        var record = audit()
        record.outcome = .refused
        record.uid = nil
        record.expires = nil
        record.payload = nil
        let receipt = try store.record(record)
        #expect(try store.audit(number: receipt.number)?.record == record)
    }

    @Test func aConfirmedActionIsThereAfterAKill() throws {
        let receipt = try store.record(audit(), creating: [override()])
        let restarted = try place.copyAsKilled().open()
        #expect(try restarted.overridesInForce(now: morning).map(\.id) == receipt.overrides)
        #expect(try restarted.audit(number: receipt.number)?.record == audit())
    }

    @Test func anUndoEndsTheOverrideAndShowsInBothEntries() throws {
        let done = try store.record(audit(), creating: [override()])
        let undo = try store.record(audit("undo", undoes: done.number), ending: done.overrides)
        #expect(try store.overridesInForce(now: morning).isEmpty)
        let entry = try #require(try store.audit(number: done.number))
        #expect(entry.undoneBy == undo.number)
        #expect(entry.overrides.map(\.ended) == [morning])
        #expect(entry.overrides.map(\.endedBy) == [undo.number])
    }

    @Test func whatIsUndoneCannotBeUndoneAgain() throws {
        let done = try store.record(audit())
        _ = try store.record(audit("undo", undoes: done.number))
        #expect(
            try storeError { _ = try store.record(audit("undo", undoes: done.number)) }.reason
                == .alreadyUndone(audit: done.number))
        #expect(
            try storeError { _ = try store.record(audit("undo", undoes: 99)) }.reason == .unknownAudit(number: 99))
        // That it was tried is kept.
        var refused = audit("undo", undoes: done.number)
        refused.outcome = .refused
        #expect(try store.record(refused).number == done.number + 2)
    }

    @Test func endingWhatHasEndedWritesNothingAtAll() throws {
        let first = try store.record(audit(), creating: [override()])
        _ = try store.record(audit("resume"), ending: first.overrides)
        let error = try storeError {
            _ = try store.record(audit("resume"), creating: [override()], ending: first.overrides)
        }
        #expect(error.reason == .notInForce(override: first.overrides[0]))
        #expect(try store.audit(AuditQuery()).count == 2)
        #expect(try store.overridesInForce(now: morning).isEmpty)
    }

    @Test func overridesExpireAtTheirTimeAlsoWhileNoEngineRan() throws {
        let long = try store.record(audit(), creating: [override(), override(expires: morning + 2 * day)])
        let short = try store.record(audit(), creating: [override(expires: morning + day)])
        #expect(try store.expireOverrides(now: morning + day - 1) == [])
        #expect(try store.overridesInForce(now: morning + day - 1).map(\.id) == long.overrides + short.overrides)
        // Out of force at once, before anyone has written it down.
        #expect(try store.overridesInForce(now: morning + day).map(\.id) == long.overrides)
        try store.close()
        let restarted = try place.open(now: morning + day + 77)
        #expect(try restarted.expireOverrides(now: morning + day + 77) == short.overrides)
        #expect(try restarted.expireOverrides(now: morning + day + 77) == [])
        let entry = try #require(try restarted.audit(number: short.number))
        #expect(entry.overrides[0].ended == morning + day)
        #expect(entry.overrides[0].endedBy == nil)
        #expect(
            try storeError { _ = try restarted.record(audit("resume"), ending: short.overrides) }.reason
                == .notInForce(override: short.overrides[0]))
    }

    @Test func numbersAreNeverUsedTwice() throws {
        let first = try store.record(audit(), creating: [override()])
        try store.execute("DELETE FROM override; DELETE FROM audit")
        let second = try store.record(audit(), creating: [override()])
        #expect(second.number > first.number)
        #expect(second.overrides[0] > first.overrides[0])
    }

    @Test func theLogIsReadNewestFirstByPageTargetAndActor() throws {
        for index in 0..<25 {
            var record = audit(target: index.isMultiple(of: 2) ? "even" : "odd")
            record.actor = index < 5 ? "rule:stolen" : "oncall"
            _ = try store.record(record)
        }
        func numbers(_ query: AuditQuery) throws -> [Int64] { try store.audit(query).map(\.number) }
        #expect(try numbers(AuditQuery(limit: 10)) == (16...25).reversed())
        #expect(try numbers(AuditQuery(before: 16, limit: 100)) == (1...15).reversed())
        #expect(try numbers(AuditQuery(target: "even", actor: "rule:stolen")) == [5, 3, 1])
        #expect(try numbers(AuditQuery(before: 5, target: "even", limit: 1)) == [3])
        #expect(try numbers(AuditQuery(limit: -1)) == [])
    }
}
