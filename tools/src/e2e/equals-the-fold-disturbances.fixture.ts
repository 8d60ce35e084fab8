import { constant } from '@tidemark/kernel';
import {
  eventMessage,
  MessageKeys,
  messageKeysText,
  RELAY_OWNER,
  signMessage,
  topologyNames,
} from '@tidemark/messaging';
import { loseReadModels } from '@tidemark/test-servers';
import { connect, type ChannelModel } from 'amqplib';
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { readLog } from './equals-the-fold.fixture';
import type { LinkedSystem } from './linked-system.fixture';

const pauseMs = 200;
const eventsAtATime = 50;
const partitions = 16;
const streamTypes = ['Order', 'Payment', 'StockItem', 'Shipment', 'Customer', 'Product'];

/** Disturbances of the read models by a broker, if there is one, an operator and a database while events arrive. */
export class Disturbances {
  /** The number of copies that were sent. */
  duplicates = 0;
  private ending = false;
  private duplicating: Promise<void> | undefined;

  constructor(
    private readonly system: LinkedSystem,
    private readonly broker: ChannelModel | undefined,
  ) {}

  static async of(system: LinkedSystem): Promise<Disturbances> {
    const { amqpUrl } = system.storage;
    return new Disturbances(system, amqpUrl === undefined ? undefined : await connect(amqpUrl));
  }

  get hasBroker(): boolean {
    return this.broker !== undefined;
  }

  /** Publishes random events of the log again, signed like the relay's, until `end`. */
  duplicate(): void {
    this.duplicating ??= this.keepDuplicating(this.broker!);
  }

  /** Removes every message from every queue, including commands, which their senders send again. */
  async purgeEveryQueue(): Promise<void> {
    const names = topologyNames(this.system.storage.amqpPrefix);
    const queues = ['projections', 'fulfilment'].flatMap((group) =>
      Array.from({ length: partitions }, (_, partition) => names.eventQueue(group, partition)),
    );
    const channel = await this.broker!.createChannel();
    for (const queue of [...queues, ...streamTypes.map(names.commandQueue)]) {
      await channel.purgeQueue(queue);
    }
    await channel.close();
  }

  /** Cuts every connection to what delivers events. What was not recorded as applied is delivered again. */
  redeliver(): void {
    const { links } = this.system;
    (this.hasBroker ? links.rabbitmq : links.postgres).cut();
  }

  dropReadModels(): Promise<void> {
    return loseReadModels(this.system.storage);
  }

  /** Changes every order that the customer has by then. */
  async changeContact(customerId: string): Promise<void> {
    const { urls, token } = this.system.installation;
    const response = await fetch(`${urls['command-service']}/v1/customers/${customerId}/contact`, {
      method: 'PUT',
      headers: {
        authorization: `Bearer ${await token({ role: 'service' })}`,
        'content-type': 'application/json',
        'idempotency-key': randomUUID(),
      },
      body: JSON.stringify({ name: `Renamed ${customerId}` }),
    });
    if (!response.ok) {
      throw new Error(`the contact of ${customerId} was not changed: ${response.status}`);
    }
  }

  async end(): Promise<void> {
    this.ending = true;
    await this.duplicating;
    await this.broker?.close();
  }

  private async keepDuplicating(broker: ChannelModel): Promise<void> {
    const { eventExchange } = topologyNames(this.system.storage.amqpPrefix);
    const keys = messageKeysText.parse(await readFile(this.system.messageKeysFile, 'utf8'));
    const key = new MessageKeys(constant(keys)).signingKey(RELAY_OWNER);
    const channel = await broker.createChannel();
    while (!this.ending) {
      const log = await readLog(this.system.database);
      for (let n = 0; n < eventsAtATime && log.length > 0; n += 1) {
        const event = log[Math.floor(Math.random() * log.length)]!;
        const { routingKey, content, properties } = signMessage(eventMessage(eventExchange, event), key);
        channel.publish(eventExchange, routingKey, content, { ...properties, persistent: true });
        this.duplicates += 1;
      }
      await delay(pauseMs);
    }
    await channel.close();
  }
}
