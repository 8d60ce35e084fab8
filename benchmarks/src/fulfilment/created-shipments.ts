import { PostgresWakeSource, subscribe, topologyNames } from '@tidemark/messaging';
import type { EventEnvelope } from '@tidemark/kernel';
import { connect } from 'amqplib';
import { openEventStore } from '../append/tidemark';

/** Learns from the broker or from the log, like any consumer, which orders have a shipment. */
export class CreatedShipments {
  private readonly created = new Set<string>();
  private readonly waiting = new Map<string, () => void>();

  private constructor(readonly close: () => Promise<void>) {}

  static async listen(amqpUrl: string, prefix: string): Promise<CreatedShipments> {
    const { eventExchange } = topologyNames(prefix);
    const connection = await connect(amqpUrl);
    const channel = await connection.createChannel();
    const shipments = new CreatedShipments(() => connection.close());
    await channel.assertExchange(eventExchange, 'topic', { durable: true });
    const { queue } = await channel.assertQueue('', { exclusive: true });
    await channel.bindQueue(queue, eventExchange, 'Shipment.ShipmentCreated.*');
    const hear = (content: Buffer) => {
      const { data } = JSON.parse(content.toString()) as EventEnvelope;
      shipments.note((data as { orderId: string }).orderId);
    };
    await channel.consume(queue, (message) => message && hear(message.content), { noAck: true });
    return shipments;
  }

  static async follow(databaseUrl: string): Promise<CreatedShipments> {
    const { store, pool } = await openEventStore(databaseUrl);
    const ending = new AbortController();
    const wakeSource = new PostgresWakeSource({ databaseUrl });
    let beginNow = () => {};
    const caughtUp = new Promise<void>((resolve) => (beginNow = resolve));
    const following = (async () => {
      const filter = { eventTypes: ['ShipmentCreated'] };
      for await (const item of subscribe({ log: store, filter, wakeSource, signal: ending.signal })) {
        if (item.kind === 'caughtUp') {
          beginNow();
        } else {
          item.events.forEach(({ data }) => shipments.note((data as { orderId: string }).orderId));
        }
      }
    })();
    const shipments = new CreatedShipments(async () => {
      ending.abort();
      await following;
      await wakeSource.close();
      await pool.end();
    });
    await Promise.race([caughtUp, following]);
    return shipments;
  }

  /** Resolves once the order has a shipment, or after a time limit. The audit of the log finds lost shipments. */
  of(orderId: string, patienceMs: number): Promise<void> {
    if (this.created.has(orderId)) {
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.note(orderId), patienceMs);
      this.waiting.set(orderId, () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  /** Ends all waits. */
  giveUp(): void {
    [...this.waiting.keys()].forEach((orderId) => this.note(orderId));
  }

  private note(orderId: string): void {
    this.created.add(orderId);
    this.waiting.get(orderId)?.();
    this.waiting.delete(orderId);
  }
}
