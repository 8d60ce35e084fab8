import type { EventEnvelope } from '@tidemark/kernel';
import { inTransaction } from '@tidemark/postgres';
import type { ClientBase, Pool } from 'pg';
import type { PartitionBatch, PartitionHandler } from '../events/partition-handler';
import { advanceCheckpoint } from '../leases/postgres-checkpoint';
import type { Interruption } from './interruption.fixture';
import { overwriteCheckpoint } from './overwrite-checkpoint.fixture';
import { schema } from './replica-process.fixture';

export type ConsumerPoint = 'before write' | 'after write' | 'before acknowledgement';

/**
 * The safeguards that a test can remove from a handler, and the behaviour without each:
 * - `effect before checkpoint`: the checkpoint is durable before the effect is;
 * - `one transaction`: the effect is durable before the checkpoint is;
 * - `epoch`: the checkpoint is written without checking the lease;
 * - `stored checkpoint`: the handler stores no checkpoint, see `KeepingItsPlaceInMemory`.
 */
export type HandlerSafeguard = 'effect before checkpoint' | 'one transaction' | 'epoch' | 'stored checkpoint';

export interface ApplyingHandlerOptions {
  readonly pool: Pool;
  readonly group: string;
  readonly owner: string;
  readonly interruption: Interruption<ConsumerPoint>;
  readonly without?: HandlerSafeguard;
}

/** Its effect is a row for each event, in the order in which they took effect. */
export class ApplyingHandler implements PartitionHandler {
  constructor(private readonly options: ApplyingHandlerOptions) {}

  async handle(batch: PartitionBatch): Promise<void> {
    const { pool, group, interruption, without } = this.options;
    const advance = (client: ClientBase | Pool) => {
      const { lease, after: from } = batch;
      return advanceCheckpoint(client, { schema, group, lease, from, to: endOf(batch) });
    };
    const write = async (client: ClientBase | Pool) => {
      await recordApplied(client, this.options, batch.events);
      interruption.reach('after write');
    };
    if (without === 'effect before checkpoint') {
      await advance(pool);
    }
    interruption.reach('before write');
    switch (without) {
      case undefined:
        await inTransaction(pool, async (client) => {
          await write(client);
          await advance(client);
        });
        break;
      case 'one transaction':
        await write(pool);
        await advance(pool);
        break;
      case 'epoch':
        await inTransaction(pool, async (client) => {
          await write(client);
          await overwriteCheckpoint(client, group)(batch.lease.partition, endOf(batch));
        });
        break;
      case 'effect before checkpoint':
      case 'stored checkpoint':
        await write(pool);
        break;
    }
    interruption.reach('before acknowledgement');
  }

  handleParked(): Promise<void> {
    return Promise.reject(new Error('nothing is parked here'));
  }
}

/** One statement. Records the applied events, which the test compares with the log. */
export async function recordApplied(
  client: ClientBase | Pool,
  { group, owner }: { readonly group: string; readonly owner: string },
  events: readonly EventEnvelope[],
): Promise<void> {
  await client.query(
    `INSERT INTO ${schema}.applied (group_name, owner, partition, position, event_id, stream_id, version)
     SELECT $1, $2, partition, position, event_id, stream_id, version
       FROM unnest($3::integer[], $4::bigint[], $5::text[], $6::text[], $7::integer[])
       WITH ORDINALITY AS event (partition, position, event_id, stream_id, version, ordinal)
      ORDER BY ordinal`,
    [
      group,
      owner,
      events.map(({ partition }) => partition),
      events.map(({ position }) => position),
      events.map(({ eventId }) => eventId),
      events.map(({ streamId }) => streamId),
      events.map(({ version }) => version),
    ],
  );
}

function endOf({ events }: PartitionBatch) {
  const { position, eventId } = events.at(-1)!;
  return { position, eventId };
}
