/// A socket that cannot be listened on.
package struct ListenError: Error, CustomStringConvertible {
    package var place: String
    package var reason: String

    package var description: String { "cannot listen on \(place): \(reason)" }
}
