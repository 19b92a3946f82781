import Foundation

/// Decodes `postqueue -j` with Foundation's JSON decoder (postqueue(1), "JSON OBJECT FORMAT").
struct JSONQueueListing: QueueListingDecoding {
    private struct Line: Decodable {
        var queueName: String
        var queueID: String
        var arrivalTime: Int64
        var messageSize: Int
        var sender: String
        var recipients: [Recipient]

        enum CodingKeys: String, CodingKey {
            case queueName = "queue_name"
            case queueID = "queue_id"
            case arrivalTime = "arrival_time"
            case messageSize = "message_size"
            case sender, recipients
        }
    }

    private struct Recipient: Decodable {
        var address: String
        var delayReason: String?

        enum CodingKeys: String, CodingKey {
            case address
            case delayReason = "delay_reason"
        }
    }

    func decode(line: UnsafeRawBufferPointer) throws -> ListedMessage {
        let decoded = try JSONDecoder().decode(Line.self, from: Data(line))
        return ListedMessage(
            queueName: decoded.queueName, queueID: decoded.queueID, arrivalSeconds: decoded.arrivalTime,
            size: decoded.messageSize, sender: decoded.sender,
            recipients: decoded.recipients.map { ($0.address, $0.delayReason) })
    }
}
