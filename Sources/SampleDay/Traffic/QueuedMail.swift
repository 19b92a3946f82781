/// An entry of the queue, as `postqueue -j` writes it (showq_json.c of Postfix 3.7).
struct QueuedMail: Sendable {
    enum Queue: String, Sendable { case hold, incoming, active, deferred }

    var queue: Queue
    var queueID: String
    /// UTC milliseconds.
    var arrived: Int64
    var size: Int
    var sender: String
    var recipients: [String]
    /// Why the recipients were not delivered to; `nil` in the active queue.
    var reason: String?

    /// One JSON object without its line end.
    var json: String {
        let list = recipients.map { address in
            "{\"address\": \"\(Self.escaped(address))\""
                + (reason.map { ", \"delay_reason\": \"\(Self.escaped($0))\"" } ?? "") + "}"
        }
        return "{\"queue_name\": \"\(queue.rawValue)\", \"queue_id\": \"\(queueID)\", "
            + "\"arrival_time\": \(arrived / 1000), \"message_size\": \(size), \"forced_expire\": false, "
            + "\"sender\": \"\(Self.escaped(sender.isEmpty ? "MAILER-DAEMON" : sender))\", "
            + "\"recipients\": [\(list.joined(separator: ", "))]}"
    }

    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for character in text {
            if character == "\"" || character == "\\" { escaped.append("\\") }
            escaped.append(character)
        }
        return escaped
    }
}
