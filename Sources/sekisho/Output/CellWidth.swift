import ControlProtocol

extension String {
    /// Cells that a terminal takes for it, in text that is ``visible(_:)``; characters of ambiguous width count one.
    var cellWidth: Int { unicodeScalars.reduce(0) { $0 + $1.cellWidth } }
}

extension Unicode.Scalar {
    fileprivate var cellWidth: Int {
        switch CellWidth.kind(of: self, ambiguousWidth: 1) {
        case .cells(let cells): cells
        case .combining, .ignored, .escaped: 0
        case .privateUse: 1
        }
    }
}
