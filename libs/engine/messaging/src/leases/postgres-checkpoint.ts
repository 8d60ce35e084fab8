import { escapeIdentifier, type ClientBase, type Pool } from 'pg';
import type { Checkpoint } from '../checkpoint';
import { LeaseLostError } from '../errors';
import type { Lease } from '../lease';

export interface HeldLease {
  readonly schema: string;
  readonly group: string;
  readonly lease: Lease;
}

export interface Advance {
  readonly lease: Lease;
  readonly from: Checkpoint;
  readonly to: Checkpoint;
}

/**
 * Moves a checkpoint inside the caller's transaction, so that it becomes durable together with the effects of the
 * events. The row stays locked until that transaction ends, which keeps a successor out until then.
 *
 * @throws LeaseLostError when the stored checkpoint is not at `from.position`, was lost, or the lease was superseded;
 * the caller must roll back.
 */
export async function advanceCheckpoint(
  client: ClientBase | Pool,
  { schema, group, lease, from, to }: HeldLease & Advance,
): Promise<void> {
  const advances = [{ lease, from, to }];
  const [isMoved] = await advanceCheckpoints(client, { schema, group, advances });
  if (!isMoved) {
    throw movedBySomebodyElse(advances[0]!);
  }
}

export function movedBySomebodyElse({ lease, from }: Advance): LeaseLostError {
  return new LeaseLostError(
    lease,
    `the checkpoint at position ${from.position} no longer belongs to this lease`,
  );
}

export interface CheckpointAdvances {
  readonly schema: string;
  readonly group: string;
  /** The moves, at most one per partition. */
  readonly advances: readonly Advance[];
  /** The commit does not wait for the disk, so a crash of the database may undo the moves. `false` by default. */
  readonly mayRepeat?: boolean;
}

/** Moves each checkpoint independently of the others. Returns for each whether its lease still allowed the move. */
export async function advanceCheckpoints(
  client: ClientBase | Pool,
  { schema, group, advances, mayRepeat = false }: CheckpointAdvances,
): Promise<boolean[]> {
  const at = escapeIdentifier(schema);
  // Acquiring a lease stamps its epoch on the checkpoint, so that this one row decides. The owner is compared as well,
  // because the epochs start over after the store was lost.
  const { rows } = await client.query<{ nth: number | string }>({
    name: `tidemark-advance-checkpoints-${schema}-${mayRepeat}`,
    text: `
WITH held AS (
  SELECT checkpoint.partition, advance.to_position, advance.event_id, advance.nth
    FROM unnest($2::integer[], $3::bigint[], $4::text[], $5::bigint[], $6::bigint[], $7::text[])
         WITH ORDINALITY AS advance (partition, epoch, owner, from_position, to_position, event_id, nth),
         ${mayRepeat ? `set_config('synchronous_commit', 'off', true),` : ''}
         ${at}.consumer_checkpoints AS checkpoint,
         ${at}.consumer_leases AS lease
   WHERE checkpoint.group_name = $1 AND checkpoint.partition = advance.partition
     AND checkpoint.epoch = advance.epoch AND checkpoint.position = advance.from_position
     AND lease.group_name = checkpoint.group_name AND lease.partition = checkpoint.partition
     AND lease.epoch = advance.epoch AND lease.owner = advance.owner
   -- In the same order in every statement: one whose answer was lost may overlap with the next.
   ORDER BY checkpoint.partition
     FOR UPDATE OF checkpoint
)
UPDATE ${at}.consumer_checkpoints AS checkpoint
   SET position = held.to_position, event_id = held.event_id
  FROM held
 WHERE checkpoint.group_name = $1 AND checkpoint.partition = held.partition
RETURNING held.nth`,
    values: [
      group,
      advances.map(({ lease }) => lease.partition),
      advances.map(({ lease }) => lease.epoch),
      advances.map(({ lease }) => lease.owner),
      advances.map(({ from }) => from.position),
      advances.map(({ to }) => to.position),
      advances.map(({ to }) => to.eventId ?? null),
    ],
  });
  const moved = new Set(rows.map(({ nth }) => Number(nth)));
  return advances.map((_, index) => moved.has(index + 1));
}

/**
 * Secures a lease for the rest of the caller's transaction: until it ends, no other owner can take over the partition.
 *
 * @throws LeaseLostError when the lease was superseded or lost
 */
export async function holdLease(client: ClientBase, { schema, group, lease }: HeldLease): Promise<void> {
  const at = escapeIdentifier(schema);
  const { rowCount } = await client.query({
    name: `tidemark-hold-lease-${schema}`,
    text: `
SELECT FROM ${at}.consumer_checkpoints AS checkpoint
  JOIN ${at}.consumer_leases AS lease USING (group_name, partition)
 WHERE checkpoint.group_name = $1 AND checkpoint.partition = $2 AND checkpoint.epoch = $3
   AND lease.epoch = $3 AND lease.owner = $4
   FOR UPDATE OF checkpoint`,
    values: [group, lease.partition, lease.epoch, lease.owner],
  });
  if (rowCount !== 1) {
    throw new LeaseLostError(lease, 'the partition has another owner');
  }
}
