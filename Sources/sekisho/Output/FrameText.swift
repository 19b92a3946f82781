import ControlProtocol

/// A frame as a person reads it. Each view's own text is in a file of its own.
struct FrameText {
    let frame: ViewFrame
    let clock: SiteClock

    init(_ frame: ViewFrame) {
        self.frame = frame
        clock = SiteClock(frame.status)
    }

    var text: String {
        switch frame.content {
        case .overview(let overview): self.overview(overview)
        case .queue(let page): table(page, queue)
        case .senders(let page): table(page, senders)
        case .sources(let page): table(page, sources)
        case .domains(let page): table(page, domains)
        case .carriers(let page): table(page, carriers)
        case .actions(let page): table(page, actions)
        case .why(let page): table(page, verdicts)
        case .plans(let page): table(page, plans)
        case .account(let detail): account(detail)
        case .source(let detail): source(detail)
        case .domain(let detail): domain(detail)
        case .carrier(let detail): carrier(detail)
        case .message(let detail): message(detail)
        case .unknownSubject(let why): visible(why)
        }
    }

    private func table<Row>(_ page: Page<Row>, _ body: ([Row]) -> TextTable) -> String {
        body(page.rows).text + "\n" + footer(page)
    }

    /// What is not shown, and as of when and where.
    private func footer<Row>(_ page: Page<Row>) -> String {
        let matched = page.matched == page.total ? "" : ", filtered from \(Figures.count(page.total))"
        let shown =
            page.rows.isEmpty
            ? "none of \(Figures.count(page.matched))"
            : "\(page.offset + 1)-\(page.offset + page.rows.count) of \(Figures.count(page.matched))"
        let stale = frame.status.feeds.compactMap { feed in feed.trouble.map { "\(feed.name): \($0)" } }
        return
            (["(\(shown)\(matched), \(visible(frame.status.host)) \(clock.nowWithZone))"]
            + stale.map { "! " + visible($0) }).joined(separator: "\n")
    }

    func section(_ title: String, _ table: TextTable) -> String {
        "\n" + title + "\n" + (table.rows.isEmpty ? "none" : table.text)
    }

    /// `suspension: refused until 14:03:00, sato: ticket 4411`
    func override(_ badge: OverrideBadge) -> String {
        let end = badge.expires.map { "until " + clock.time($0) } ?? "until undone"
        return "\(badge.kind.rawValue): \(badge.what) \(end), \(badge.actor): \(badge.reason)"
    }

    func overrides(_ badges: [OverrideBadge]) -> String { badges.map(override).joined(separator: "; ") }
}
