import type { CommandBed } from '../command-bed.fixture';
import { describeCommands } from '../commands-contract.fixture';
import { InMemoryCommandQueues } from './in-memory-command-queues';

function createBed(): Promise<CommandBed> {
  const queues = new InMemoryCommandQueues(['Order']);
  const sender = queues.sender();
  return Promise.resolve({
    sender: () => queues.sender(),
    receiver: (options) => queues.receiver(options),
    inspect: () => Promise.resolve({ ready: queues.unfinished.length, consumers: queues.consumers }),
    drain: () =>
      Promise.resolve(
        queues.drain('Order').map(({ properties }) => ({
          headers: properties.headers as Readonly<Record<string, unknown>>,
          // As durable as anything in this process.
          isDurable: true,
        })),
      ),
    drainDead: () =>
      Promise.resolve(
        queues.deadLetters.splice(0).map(({ message, ...reason }) => ({
          content: message.content,
          routingKey: message.routingKey,
          messageId: message.properties.messageId,
          ...reason,
        })),
      ),
    put: (message) => sender.send(message, 'Order'),
    // There is no connection.
    cut: () => {},
    dispose: () => Promise.resolve(),
  });
}

describeCommands('queues in memory', createBed);
