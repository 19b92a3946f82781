/// The accounts and hosts of the day that something is told about. Their names do not depend on the seed.
package enum CastMember {
    /// Signed up at 10:58 and thrown away: from 13:58 on 40 messages a minute from 61 networks to mobile telephones.
    package static let throwaway = "yamada88@isp.example"
    package static let throwawayNetworks = 61
    /// A customer of six years whose password was stolen: from 13:30 on used from 60 networks.
    package static let stolen = "kimura@isp.example"
    package static let stolenNetworks = 60
    /// Sends with somebody else's address now and then.
    package static let forger = "tanabe@isp.example"
    package static let forged = "satou@isp.example"
    /// A shop with more customers than its plan has room for: 461 of 500 recipients in the hour before 14:01.
    package static let shop = "satou-shoten@shop.example"
    package static let shopRecipientsInHour = 461
    /// Also near its limit, but not over it.
    package static let busy = "suzuki@isp.example"
    package static let busyRecipientsInHour = 388
    /// A newsletter on the bulk plan, half of whose readers have docomo telephones.
    package static let newsletter = "aoba-shobou@shop.example"
    /// Guesses addresses at the mx: 40 unknown recipients a minute from 13:50 on.
    package static let harvester = "203.0.113.9"
    /// A network whose hosts together send too fast at the mx.
    package static let fastNetwork = "198.51.100."

    static let accounts: [SampleAccount] = [
        SampleAccount(
            login: throwaway, plan: .new, signedUp: "2026-11-24T10:58:00+09:00", name: "山田 八郎",
            home: ClientHost(subscriber: 881)),
        SampleAccount(
            login: stolen, plan: .regular, signedUp: "2020-10-02", addresses: ["kimura.jun@isp.example"],
            name: "木村 純", home: ClientHost(subscriber: 1017)),
        SampleAccount(
            login: forger, plan: .new, signedUp: "2026-11-22", name: "田辺 守", home: ClientHost(subscriber: 42)),
        SampleAccount(
            login: forged, plan: .regular, signedUp: "2014-04-01", addresses: ["satou.hanako@isp.example"],
            name: "佐藤 花子", home: ClientHost(subscriber: 7)),
        SampleAccount(
            login: shop, plan: .regular, signedUp: "2018-06-15",
            addresses: ["info@satou-shoten.example", "@news.satou-shoten.example"], name: "佐藤商店",
            home: ClientHost(subscriber: 300)),
        SampleAccount(
            login: busy, plan: .regular, signedUp: "2012-09-20", name: "鈴木 誠", home: ClientHost(subscriber: 77)),
        SampleAccount(
            login: newsletter, plan: .bulk, signedUp: "2016-03-10", addresses: ["news@aoba-shobou.example"],
            name: "青葉書房 \"読書通信\" 編集部", home: ClientHost(subscriber: 512)),
    ]
}
