import { PostgresParkedStore, type ParkedStream } from '@tidemark/messaging';
import type { Pool } from 'pg';
import type { ParkedStreams } from '../parked-streams';
import { readModelsSchema } from './migrate-read-models';

/** A group's parked streams in Postgres, beside its checkpoints. */
export class PostgresParkedStreams extends PostgresParkedStore implements ParkedStreams {
  constructor(
    private readonly readers: Pool,
    private readonly ofGroup: string,
  ) {
    super({ pool: readers, schema: readModelsSchema, group: ofGroup });
  }

  openIn(partitions: readonly number[]): Promise<readonly ParkedStream[]> {
    return this.select(`partition = ANY ($2) AND status <> 'RESOLVED'`, partitions);
  }

  mattering(partition: number): Promise<readonly ParkedStream[]> {
    return this.select(`partition = $2 AND (status <> 'RESOLVED' OR has_discarded)`, partition);
  }

  private async select(condition: string, value: unknown): Promise<readonly ParkedStream[]> {
    const { rows } = await this.readers.query<{ stream: ParkedStream }>(
      `SELECT stream FROM ${readModelsSchema}.parked_streams WHERE group_name = $1 AND ${condition}`,
      [this.ofGroup, value],
    );
    return rows.map(({ stream }) => stream);
  }
}
