import type { Channel } from 'amqplib';
import type { ConsumeCallback, Publish } from './tapped-broker.fixture';

const BLOCK = 20;

/**
 * Makes the broker deliver messages out of order, and every tenth message twice. Holds back only a few messages, and
 * only for a moment, because the publisher waits for the confirms of all messages.
 */
export function shufflePublishing(publish: Publish): Publish {
  let held: Parameters<Publish>[] = [];
  let count = 0;
  const flush = () => {
    const block = held.map((message, index) => ({ message, order: (index * 7 + 3) % held.length }));
    held = [];
    block.sort((a, b) => a.order - b.order).forEach(({ message }) => publish(...message));
  };
  return (exchange, routingKey, content, options, confirm) => {
    if (held.length === 0) {
      setImmediate(flush);
    }
    held.push([exchange, routingKey, content, options, confirm]);
    count += 1;
    if (count % 10 === 0) {
      held.push([exchange, routingKey, content, options, () => {}]);
    }
    if (held.length >= BLOCK) {
      flush();
    }
    return true;
  };
}

/** Returns every seventh message to the queue at its first delivery, so that it arrives again later. */
export function redeliverSome(channel: Channel, deliver: ConsumeCallback): ConsumeCallback {
  return (message) => {
    if (message && !message.fields.redelivered && message.fields.deliveryTag % 7 === 0) {
      channel.nack(message, false, true);
    } else {
      deliver(message);
    }
  };
}
