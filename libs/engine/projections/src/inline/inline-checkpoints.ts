import { inTransaction } from '@tidemark/postgres';
import type { ClientBase, Pool } from 'pg';
import { InlineNotPreparedError } from '../errors';
import { readModelsSchema as schema } from '../postgres/migrate-read-models';

/** How far one generation is in one partition. */
export interface InlineCheckpoint {
  readonly generation: string;
  readonly partition: number;
  /** The position of the last event that its documents contain; 0 if there is none. */
  readonly position: number;
}

/** Adds the missing rows of these generations, at position 0. */
export async function addCheckpoints(
  client: ClientBase | Pool,
  generations: readonly string[],
  partitions: readonly number[],
): Promise<void> {
  await client.query({
    name: 'add-inline-checkpoints',
    text: `
      INSERT INTO ${schema}.inline_checkpoints (generation, partition)
      SELECT generation, partition FROM unnest($1::text[]) generation, unnest($2::integer[]) partition
      ON CONFLICT DO NOTHING`,
    values: [generations, partitions],
  });
}

/**
 * Locks and reads the checkpoints until the end of the transaction. Only the owner of a checkpoint's lock writes
 * documents of its generation and partition.
 */
export async function lockCheckpoints(
  client: ClientBase,
  generations: readonly string[],
  partitions: readonly number[],
): Promise<readonly InlineCheckpoint[]> {
  const { rows } = await client.query<InlineCheckpoint>({
    name: 'lock-inline-checkpoints',
    text: `
      SELECT generation, partition, position FROM ${schema}.inline_checkpoints
      WHERE generation = ANY ($1) AND partition = ANY ($2)
      ORDER BY generation, partition FOR UPDATE`,
    values: [generations, partitions],
  });
  return rows;
}

export async function moveCheckpoints(client: ClientBase, moved: readonly InlineCheckpoint[]): Promise<void> {
  await client.query({
    name: 'move-inline-checkpoints',
    text: `
      UPDATE ${schema}.inline_checkpoints c SET position = n.position
      FROM unnest($1::text[], $2::integer[], $3::bigint[]) AS n (generation, partition, position)
      WHERE c.generation = n.generation AND c.partition = n.partition`,
    values: [
      moved.map(({ generation }) => generation),
      moved.map(({ partition }) => partition),
      moved.map(({ position }) => position),
    ],
  });
}

/** @throws InlineNotPreparedError when there is none */
export async function readCheckpoint(
  pool: Pool,
  generation: string,
  partition: number,
): Promise<InlineCheckpoint> {
  const { rows } = await pool.query<InlineCheckpoint>({
    name: 'read-inline-checkpoint',
    text: `
      SELECT generation, partition, position FROM ${schema}.inline_checkpoints
      WHERE generation = $1 AND partition = $2`,
    values: [generation, partition],
  });
  if (!rows[0]) {
    throw new InlineNotPreparedError(generation);
  }
  return rows[0];
}

export async function storedGenerations(pool: Pool): Promise<readonly string[]> {
  const { rows } = await pool.query<{ generation: string }>(
    `SELECT DISTINCT generation FROM ${schema}.inline_checkpoints ORDER BY generation`,
  );
  return rows.map(({ generation }) => generation);
}

/** Drops the tables of a generation together with its checkpoints. */
export async function removeGeneration(
  pool: Pool,
  generation: string,
  tables: readonly string[],
): Promise<void> {
  await inTransaction(pool, async (client) => {
    await client.query(`DELETE FROM ${schema}.inline_checkpoints WHERE generation = $1`, [generation]);
    await client.query(`DROP TABLE IF EXISTS ${tables.join(', ')}`);
  });
}
