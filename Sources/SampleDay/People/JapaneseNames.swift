/// Common Japanese names, as written and in the letters that a login is made of.
enum JapaneseNames {
    static let surnames: [(kanji: String, latin: String)] = [
        ("佐藤", "satou"), ("鈴木", "suzuki"), ("高橋", "takahashi"), ("田中", "tanaka"), ("伊藤", "itou"),
        ("渡辺", "watanabe"), ("山本", "yamamoto"), ("中村", "nakamura"), ("小林", "kobayashi"), ("加藤", "katou"),
        ("吉田", "yoshida"), ("山田", "yamada"), ("佐々木", "sasaki"), ("山口", "yamaguchi"), ("松本", "matsumoto"),
        ("井上", "inoue"), ("木村", "kimura"), ("林", "hayashi"), ("斎藤", "saitou"), ("清水", "shimizu"),
        ("山崎", "yamazaki"), ("森", "mori"), ("池田", "ikeda"), ("橋本", "hashimoto"), ("阿部", "abe"),
        ("石川", "ishikawa"), ("山下", "yamashita"), ("中島", "nakajima"), ("石井", "ishii"), ("小川", "ogawa"),
        ("前田", "maeda"), ("岡田", "okada"), ("長谷川", "hasegawa"), ("藤田", "fujita"), ("後藤", "gotou"),
        ("近藤", "kondou"), ("村上", "murakami"), ("遠藤", "endou"), ("青木", "aoki"), ("坂本", "sakamoto"),
        ("福田", "fukuda"), ("太田", "oota"), ("西村", "nishimura"), ("藤井", "fujii"), ("岡本", "okamoto"),
        ("三浦", "miura"), ("中野", "nakano"), ("原田", "harada"), ("松田", "matsuda"), ("竹内", "takeuchi"),
        ("上田", "ueda"), ("森田", "morita"), ("田辺", "tanabe"), ("酒井", "sakai"), ("宮崎", "miyazaki"),
    ]

    static let givenNames: [(kanji: String, latin: String)] = [
        ("一郎", "ichirou"), ("花子", "hanako"), ("健太", "kenta"), ("美咲", "misaki"), ("大輔", "daisuke"),
        ("陽子", "youko"), ("翔太", "shouta"), ("恵子", "keiko"), ("直樹", "naoki"), ("由美", "yumi"),
        ("誠", "makoto"), ("久美子", "kumiko"), ("拓也", "takuya"), ("真由美", "mayumi"), ("浩", "hiroshi"),
        ("裕子", "yuuko"), ("隆", "takashi"), ("智子", "tomoko"), ("和也", "kazuya"), ("明美", "akemi"),
        ("学", "manabu"), ("さくら", "sakura"), ("亮", "ryou"), ("香織", "kaori"), ("剛", "tsuyoshi"),
        ("愛", "ai"), ("修", "osamu"), ("葵", "aoi"), ("洋平", "youhei"), ("千尋", "chihiro"),
        ("豊", "yutaka"), ("京子", "kyouko"), ("聡", "satoshi"), ("奈々", "nana"), ("勇気", "yuuki"),
        ("文子", "fumiko"), ("進", "susumu"), ("幸子", "sachiko"), ("蓮", "ren"), ("結衣", "yui"),
    ]

    /// What follows a name on a shop's sign.
    static let trades: [(kanji: String, latin: String)] = [
        ("商店", "shouten"), ("酒店", "saketen"), ("書店", "shoten"), ("電機", "denki"), ("水産", "suisan"),
        ("工務店", "koumuten"), ("旅館", "ryokan"), ("花店", "hanaten"), ("印刷", "insatsu"), ("製作所", "seisakusho"),
        ("医院", "iin"), ("茶舗", "chaho"), ("米店", "kometen"), ("写真館", "shashinkan"),
    ]
}
