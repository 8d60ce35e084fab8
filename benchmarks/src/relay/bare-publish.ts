import { eventMessage, RELAY_OWNER, signMessage, topologyNames } from '@tidemark/messaging';
import type { EventEnvelope } from '@tidemark/kernel';
import { connect } from 'amqplib';
import { keysOf, type DeliverySettings } from '../harness/delivery-bed';

/** The number of messages that the relay publishes before it waits. */
const windowSize = 500;

/**
 * What the driver alone can do: one loop publishes signed messages and waits for the confirms of each window. Messages
 * are persistent and mandatory. The loop reads no log and records no position.
 *
 * @returns how long each window took
 */
export async function barePublish(
  settings: DeliverySettings,
  events: readonly EventEnvelope[],
): Promise<{ seconds: number; windowsMs: number[] }> {
  const { amqpUrl, prefix } = settings;
  const { eventExchange } = topologyNames(prefix);
  const key = keysOf(settings).signingKey(RELAY_OWNER);
  const messages = events.map((event) => signMessage(eventMessage(eventExchange, event), key));
  const connection = await connect(amqpUrl);
  const channel = await connection.createConfirmChannel();
  const windowsMs: number[] = [];
  const start = performance.now();
  for (let from = 0; from < messages.length; from += windowSize) {
    const windowStart = performance.now();
    for (const { exchange, routingKey, content, properties } of messages.slice(from, from + windowSize)) {
      channel.publish(exchange, routingKey, content, { ...properties, persistent: true, mandatory: true });
    }
    await channel.waitForConfirms();
    windowsMs.push(performance.now() - windowStart);
  }
  const seconds = (performance.now() - start) / 1_000;
  await connection.close();
  return { seconds, windowsMs };
}
