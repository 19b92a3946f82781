import Testing

@testable import OperatorConsole

@Suite struct ChartTests {
    @Test func aGapIsBlankAndAZeroIsNot() {
        let dots = Chart.lines([0, 0, nil, nil, 4, 4], width: 3, height: 1, braille: true)
        #expect(dots == ["⣀ ⣿"])
        let bars = Chart.lines([0, nil, 7], width: 3, height: 1, braille: false)
        #expect(bars == ["_ #"])
    }

    @Test func theNewestIsAtTheRight() {
        #expect(Chart.lines([7], width: 3, height: 1, braille: false) == ["  #"])
        #expect(Chart.lines([7, 7, 7, 7, 0], width: 2, height: 1, braille: false) == ["#_"])
    }

    @Test func chartsOfAnySizeAreAsWideAsAsked() {
        for width in 0..<12 {
            for height in 0..<4 {
                for braille in [true, false] {
                    let lines = Chart.lines([1, nil, .max, -5, 0], width: width, height: height, braille: braille)
                    #expect(lines.allSatisfy { $0.count == width })
                    #expect(lines.count == (width == 0 ? 0 : height))
                }
            }
        }
    }

    @Test func aBarFillsItsShare() {
        #expect(Chart.bar(0.5, width: 4, glyphs: .unicode) == "██")
        #expect(Chart.bar(2, width: 4, glyphs: .ascii) == "####")
        #expect(Chart.bar(-1, width: 4, glyphs: .unicode) == "")
        #expect(Chart.bar(.nan, width: 4, glyphs: .unicode) == "")
    }
}
