import ControlProtocol

extension ViewQuery {
    /// The place of the column to sort by among those of the view; `nil` where the query names none.
    ///
    /// - Throws: ``ControlError`` naming the nearest column that there is.
    func sortPlace(among columns: [String]) throws -> Int? {
        guard let sort else { return nil }
        if let place = columns.firstIndex(of: sort) { return place }
        let nearest = nearestName(to: sort, among: columns).map { "; did you mean \"\($0)\"?" } ?? ""
        throw ControlError.invalidParameters("the view \(view.rawValue) has no column \"\(sort)\" to sort by\(nearest)")
    }
}
