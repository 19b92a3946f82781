import ArgumentParser

/// How the console draws.
struct ScreenOptions: ParsableArguments {
    enum Ambiguous: String, ExpressibleByArgument, CaseIterable {
        case auto
        case one = "1"
        case two = "2"
    }

    @Option(help: "Cells of characters whose width is ambiguous; auto asks the terminal.")
    var ambiguous = Ambiguous.auto

    @Flag(help: "Draw with ASCII only.")
    var ascii = false
}
