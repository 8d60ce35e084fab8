import { escapeIdentifier, type ClientBase, type Pool } from 'pg';
import { LeaseLostError } from './errors';
import type { Checkpoint, Lease } from './partition-handler';

export interface HeldLease {
  readonly schema: string;
  readonly group: string;
  readonly lease: Lease;
}

export interface CheckpointAdvance extends HeldLease {
  readonly from: Checkpoint;
  readonly to: Checkpoint;
}

/**
 * Moves a checkpoint inside the caller's transaction, so that it becomes durable together with what the events caused.
 * The row stays locked until that transaction ends, which keeps a successor out for so long.
 *
 * @throws LeaseLostError when the stored checkpoint is not at `from.position`, was lost, or the lease was superseded;
 * the caller must roll back.
 */
export async function advanceCheckpoint(
  client: ClientBase | Pool,
  { schema, group, lease, from, to }: CheckpointAdvance,
): Promise<void> {
  const at = escapeIdentifier(schema);
  // Acquiring a lease stamps its epoch on the checkpoint, so that this one row decides. The owner is asked for besides,
  // because a store that was lost starts its epochs anew.
  const { rowCount } = await client.query({
    name: `tidemark-advance-checkpoint-${schema}`,
    text: `
UPDATE ${at}.consumer_checkpoints AS checkpoint
   SET position = $6, event_id = $7
  FROM ${at}.consumer_leases AS lease
 WHERE checkpoint.group_name = $1 AND checkpoint.partition = $2
   AND checkpoint.epoch = $3 AND checkpoint.position = $5
   AND lease.group_name = checkpoint.group_name AND lease.partition = checkpoint.partition
   AND lease.epoch = $3 AND lease.owner = $4`,
    values: [
      group,
      lease.partition,
      lease.epoch,
      lease.owner,
      from.position,
      to.position,
      to.eventId ?? null,
    ],
  });
  if (rowCount !== 1) {
    throw new LeaseLostError(lease, `the checkpoint is no longer this lease's at position ${from.position}`);
  }
}

/**
 * Makes sure of a lease for the rest of the caller's transaction: until it ends, nobody can take the partition over.
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
    throw new LeaseLostError(lease, 'the partition is no longer its own');
  }
}
