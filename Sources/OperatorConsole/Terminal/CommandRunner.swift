import ControlProtocol
import Synchronization

/// Does what `update` asks of the engine, in tasks, and posts what comes of it.
final class CommandRunner: Sendable {
    private let link: any EngineLink
    private let mailbox: Mailbox
    private let subscription = Mutex<Task<Void, Never>?>(nil)

    init(link: any EngineLink, mailbox: Mailbox) {
        self.link = link
        self.mailbox = mailbox
    }

    func run(_ command: Command) {
        switch command {
        case .subscribe(let generation, let query): subscribe(generation, query)
        case .preview(let ticket, let actions): preview(ticket, actions)
        case .lookUp(let ticket, let query): lookUp(ticket, query)
        case .perform(let ticket, let orders): perform(ticket, orders)
        case .reload: reload()
        case .copy, .repaint, .quit: break
        }
    }

    func stop() { subscription.withLock { $0?.cancel() } }

    private func subscribe(_ generation: Int, _ query: ViewQuery) {
        let task = Task { [link, mailbox] in
            do {
                for try await frame in try await link.subscribe(query) {
                    if Task.isCancelled { return }
                    mailbox.post(.frame(generation: generation, frame))
                }
                guard !Task.isCancelled else { return }
                let error = ControlError.unreachable("the engine ended the connection")
                mailbox.post(.subscriptionEnded(generation: generation, error))
            } catch {
                guard !Task.isCancelled else { return }
                mailbox.post(.subscriptionEnded(generation: generation, Self.told(error)))
            }
        }
        subscription.withLock { current in
            current?.cancel()
            current = task
        }
    }

    private func preview(_ ticket: Int, _ actions: [OperatorAction]) {
        Task { [link, mailbox] in
            do {
                var previews: [Preview] = []
                for action in actions { previews.append(try await link.preview(action)) }
                mailbox.post(.previewed(ticket: ticket, .success(previews)))
            } catch {
                mailbox.post(.previewed(ticket: ticket, .failure(Self.told(error))))
            }
        }
    }

    private func lookUp(_ ticket: Int, _ query: ViewQuery) {
        Task { [link, mailbox] in
            do {
                mailbox.post(.lookedUp(ticket: ticket, .success(try await link.view(query).content)))
            } catch {
                mailbox.post(.lookedUp(ticket: ticket, .failure(Self.told(error))))
            }
        }
    }

    private func perform(_ ticket: Int, _ orders: [Order]) {
        Task { [link, mailbox] in
            var results: [Result<Receipt, ControlError>] = []
            for order in orders {
                do {
                    results.append(.success(try await link.perform(order)))
                } catch {
                    let told = Self.told(error)
                    results.append(
                        .failure(ControlError(code: told.code, message: order.action.target + ": " + told.message)))
                }
            }
            mailbox.post(.performed(ticket: ticket, results))
        }
    }

    private func reload() {
        Task { [link, mailbox] in
            do {
                mailbox.post(.reloaded(.success(try await link.reload())))
            } catch {
                mailbox.post(.reloaded(.failure(Self.told(error))))
            }
        }
    }

    private static func told(_ error: any Error) -> ControlError {
        error as? ControlError ?? .unreachable(String(describing: error))
    }
}
