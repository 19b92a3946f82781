import NIOCore

extension ChannelHandlerContext {
    /// Back-pressure: a peer that does not take its answers is not read from either, so what waits for it stays bounded.
    /// To be called when the channel's writability has changed.
    func readOnlyWhileWritable() {
        channel.setOption(.autoRead, value: channel.isWritable).whenFailure { _ in
            // The channel is closed, and nothing will be read from it anyway.
        }
    }
}
