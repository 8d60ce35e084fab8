import { AppendNotifier, migrateEventStore, PostgresEventStore } from '@tidemark/event-store';
import { createPool } from '@tidemark/postgres';
import {
  createTestDatabase,
  createTestVhost,
  eventually,
  hasTestServer,
  testName,
  testServer,
} from '@tidemark/test-servers';
import { connect, type Channel } from 'amqplib';
import { randomUUID } from 'node:crypto';
import { topologyNames } from '../broker/topology';
import type { ConsumerConfig } from './consumer-process.fixture';
import { findDeliveryFaults, type DeliveryFault, type RecordedEvent } from './delivery-faults.fixture';
import { DeliveryRecords } from './delivery-records.fixture';
import { LogWriter } from './log-writer.fixture';
import type { RelayConfig } from './relay-process.fixture';
import { codec } from './replica-process.fixture';
import { Replica } from './replica.fixture';

export const PARTITIONS = 4;
/** A replica that follows the log does not connect to its broker. */
const noBroker = 'amqp://none.invalid';

/** An installation of its own: a log, a place on the broker if there is one, the records, and a test's processes. */
export class FaultBed {
  private readonly replicas: Replica[] = [];
  private readonly groups = new Set<string>();
  private readonly followingLog = new Set<string>();

  private constructor(
    readonly records: DeliveryRecords,
    readonly writer: LogWriter,
    private readonly place: { databaseUrl: string; amqpUrl: string; prefix: string },
    private readonly release: () => Promise<void>,
  ) {}

  static async create(broker?: { readonly url: string }): Promise<FaultBed> {
    const [vhost, database] = await Promise.all([
      hasTestServer('rabbitmq') ? createTestVhost() : undefined,
      createTestDatabase(),
    ]);
    await migrateEventStore({ databaseUrl: database.url, partitions: PARTITIONS });
    const pool = createPool({ url: database.url, applicationName: 'faults' });
    const records = new DeliveryRecords(pool);
    await records.createTables();
    const store = new PostgresEventStore({ pool, codec, partitions: PARTITIONS });
    const notifier = new AppendNotifier({ store, pool });
    const amqpUrl = broker?.url ?? vhost?.url ?? noBroker;
    const place = { databaseUrl: database.url, amqpUrl, prefix: vhost?.prefix ?? testName() };
    return new FaultBed(records, new LogWriter(store, PARTITIONS), place, async () => {
      notifier.close();
      await pool.end();
      await Promise.all([vhost?.drop(), database.drop()]);
    });
  }

  /** @throws MissingServerError without a broker */
  relay(owner: string, options: Partial<RelayConfig> = {}): Replica {
    testServer('rabbitmq');
    const config = { ...this.place, partitions: PARTITIONS, owner, groups: [...this.groups], ...options };
    return this.started(Replica.relay(config));
  }

  /** @throws MissingServerError without a broker, unless the consumer follows the log */
  consumer(group: string, options: Partial<ConsumerConfig> = {}): Replica {
    this.groups.add(group);
    if (options.delivery === 'log') {
      this.followingLog.add(group);
    } else {
      testServer('rabbitmq');
      this.followingLog.delete(group);
    }
    const owner = `${group}-${randomUUID().slice(0, 4)}`;
    return this.started(
      Replica.consumer({ ...this.place, partitions: PARTITIONS, owner, group, ...options }),
    );
  }

  /** The group's queues, on a channel of the test's own. */
  async onQueues(group: string, work: (channel: Channel, queue: string) => Promise<unknown>): Promise<void> {
    const connection = await connect(this.place.amqpUrl);
    connection.on('error', () => {});
    try {
      const channel = await connection.createChannel();
      channel.on('error', () => {});
      for (let partition = 0; partition < PARTITIONS; partition += 1) {
        await work(channel, topologyNames(this.place.prefix).eventQueue(group, partition));
      }
    } finally {
      await connection.close();
    }
  }

  /** Waits until every partition of the group has a consumer. */
  async untilConsumed(group: string): Promise<void> {
    if (this.followingLog.has(group)) {
      await eventually(async () => {
        const owners = await this.records.owners(group);
        expect(owners).toHaveLength(PARTITIONS);
        expect(owners).not.toContain(undefined);
      });
      return;
    }
    await eventually(
      () =>
        this.onQueues(group, async (channel, queue) => {
          expect((await channel.checkQueue(queue)).consumerCount).toBeGreaterThan(0);
        }),
      { everyMs: 50 },
    );
  }

  async untilApplied(group: string, count: number): Promise<void> {
    await eventually(async () =>
      expect((await this.records.applied(group)).length).toBeGreaterThanOrEqual(count),
    );
  }

  /** Waits until every queue of the group contains events and has no consumer. */
  async untilQueued(group: string): Promise<void> {
    await eventually(
      () =>
        this.onQueues(group, async (channel, queue) => {
          expect((await channel.checkQueue(queue)).messageCount).toBeGreaterThan(0);
        }),
      { everyMs: 50 },
    );
  }

  async untilAllApplied(group: string): Promise<void> {
    await eventually(async () => expect(await this.records.missing(group)).toBe(0));
  }

  /**
   * Waits until the relays have, as far as they know, published everything, including events after those they left out.
   */
  async untilAllPublished(): Promise<void> {
    await this.untilAllRecorded('relay');
    await this.writer.append(1);
    await this.untilAllRecorded('relay');
  }

  /** Waits until the group's checkpoints are at the end of the log. */
  async untilAllRecorded(group: string): Promise<void> {
    await eventually(async () => expect(await this.records.behind(group)).toBe(0));
  }

  /** Waits until the group's checkpoints have passed an event that is not in the log yet. */
  async untilNewRecorded(group: string): Promise<void> {
    const { length } = await this.records.log();
    await eventually(async () => expect(await this.records.recorded(group)).toBeGreaterThan(length));
  }

  async faultsOf(group: string): Promise<readonly DeliveryFault[]> {
    return findDeliveryFaults(await this.records.log(), await this.records.applied(group));
  }

  /**
   * The events that a group without access to the log will never apply. They are in no queue, and later events were
   * already delivered. Empties the queues, so all work must have ended.
   */
  async lostBy(group: string): Promise<readonly RecordedEvent[]> {
    const arrived = new Set((await this.records.applied(group)).map(({ eventId }) => eventId));
    await this.onQueues(group, async (channel, queue) => {
      for (let message; (message = await channel.get(queue, { noAck: true }));) {
        arrived.add(String(message.properties.messageId));
      }
    });
    const log = await this.records.log();
    return log.filter(
      (event) =>
        !arrived.has(event.eventId) &&
        log.some(
          (later) =>
            later.partition === event.partition &&
            later.position > event.position &&
            arrived.has(later.eventId),
        ),
    );
  }

  /** Waits for the fault that a group without a safeguard shows sooner or later. */
  async untilFaulty(group: string, kind: DeliveryFault['kind']): Promise<void> {
    await eventually(
      async () => expect((await this.faultsOf(group)).map((fault) => fault.kind)).toContain(kind),
      { everyMs: 100 },
    );
  }

  /** Shuts the processes down properly. After that, nothing can change any more. */
  async stopReplicas(): Promise<void> {
    await Promise.all(this.replicas.splice(0).map((replica) => replica.stop()));
  }

  async dispose(): Promise<void> {
    await this.writer.stop();
    this.replicas.forEach((replica) => replica.kill());
    await Promise.all(this.replicas.map((replica) => replica.ended));
    for (const group of this.groups) {
      await this.onQueues(group, (channel, queue) => channel.deleteQueue(queue)).catch(() => {});
    }
    await this.release();
  }

  private started(replica: Replica): Replica {
    this.replicas.push(replica);
    return replica;
  }
}
