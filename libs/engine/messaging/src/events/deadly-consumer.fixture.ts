import { createPool, inTransaction } from '@tidemark/postgres';
import { BrokerConnection } from '../broker/broker-connection';
import { advanceCheckpoint } from '../leases/postgres-checkpoint';
import { PostgresGroupStore } from '../leases/postgres-group-store';
import { PostgresParkedStore } from '../parked/postgres-parked-store';
import { testKeys } from '../signing/test-keys.fixture';
import { BrokerDelivery } from './broker-delivery';
import { ConsumerGroup } from './consumer-group';
import { countedCodec, InMemoryLog } from './in-memory-log.fixture';
import type { PartitionHandler } from './partition-handler';

export interface DeadlyConsumerConfig {
  readonly databaseUrl: string;
  readonly amqpUrl: string;
  readonly prefix: string;
  readonly schema: string;
  readonly group: string;
  /** The content of the log: one event per entry, of the stream with this id. It is the same in every process. */
  readonly streamIds: readonly string[];
  /** The process ends when it works on the event at this position. */
  readonly deadlyPosition: number;
  readonly maxProcessEnds: number;
}

/** A separate process that consumes a log of one partition, until it dies of an event or its parent releases it. */
function main(config: DeadlyConsumerConfig): void {
  const { databaseUrl, amqpUrl, prefix, schema, group, streamIds, deadlyPosition, maxProcessEnds } = config;
  const pool = createPool({ url: databaseUrl, applicationName: 'deadly-consumer' });
  const handler: PartitionHandler = {
    handle: ({ lease, after: from, to, events }) =>
      inTransaction(pool, async (client) => {
        for (const { position } of events) {
          if (position === deadlyPosition) {
            process.kill(process.pid, 'SIGKILL');
          }
          await client.query(`INSERT INTO ${schema}.applied (position) VALUES ($1)`, [position]);
        }
        await advanceCheckpoint(client, { schema, group, lease, from, to });
      }),
    handleParked: () => Promise.reject(new Error('nothing is retried here')),
  };
  new ConsumerGroup({
    group,
    handler,
    maxProcessEnds,
    partitions: 1,
    store: new PostgresGroupStore({ pool, schema, group }),
    parked: new PostgresParkedStore({ pool, schema, group }),
    log: sameLogEverywhere(streamIds),
    codec: countedCodec,
    delivery: new BrokerDelivery({ broker: new BrokerConnection({ url: amqpUrl }), prefix, keys: testKeys }),
    leaseMs: 500,
  }).start();
  process.stdin.resume().once('end', () => process.exit(0));
}

function sameLogEverywhere(streamIds: readonly string[]): InMemoryLog {
  const log = new InMemoryLog();
  for (const { position } of log.appendTo(0, ...streamIds)) {
    log.change(0, position, { eventId: `event-${position}` });
  }
  return log;
}

main(JSON.parse(process.argv[2]!) as DeadlyConsumerConfig);
