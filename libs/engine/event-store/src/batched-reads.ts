import DataLoader from 'dataloader';
import type { Pool } from 'pg';
import { inOneTurn } from './in-one-turn';
import type { EventRow } from './sql/event-row';
import { findCommands, type FindCommandsRow } from './sql/find-commands';
import { readPartitions, type ReadPartitionParameters, type ReadPartitionsRow } from './sql/read-partitions';
import { readStreams, type ReadStreamParameters, type ReadStreamsRow } from './sql/read-streams';

/** Each read may return hundreds of events, and a page of all partitions at once would delay everything else. */
const mostPartitionReads = 4;

/**
 * Reads of one turn of the event loop share one round trip. Each is answered with the data at the time of the read or
 * later; nothing is cached.
 */
export class BatchedReads {
  private readonly streams: DataLoader<ReadStreamParameters, readonly EventRow[]>;
  private readonly partitions: DataLoader<ReadPartitionParameters, readonly EventRow[]>;
  private readonly commands: DataLoader<string, readonly FindCommandsRow[]>;

  constructor(private readonly pool: Pool) {
    this.streams = new DataLoader((reads) => this.readAllStreams(reads), inOneTurn);
    this.partitions = new DataLoader((reads) => this.readAllPartitions(reads), {
      ...inOneTurn,
      maxBatchSize: mostPartitionReads,
    });
    this.commands = new DataLoader((commandIds) => this.findAll(commandIds), inOneTurn);
  }

  /** The events, in order of their versions. @throws StoreUnavailableError */
  readStream(read: ReadStreamParameters): Promise<readonly EventRow[]> {
    return this.streams.load(read);
  }

  /** The events, in order of their positions. @throws StoreUnavailableError */
  readPartition(read: ReadPartitionParameters): Promise<readonly EventRow[]> {
    return this.partitions.load(read);
  }

  /** One row per event of the command, in their order. @throws StoreUnavailableError */
  findCommand(commandId: string): Promise<readonly FindCommandsRow[]> {
    return this.commands.load(commandId.toLowerCase());
  }

  private async readAllStreams(reads: readonly ReadStreamParameters[]): Promise<EventRow[][]> {
    const { rows } = await this.pool.query<ReadStreamsRow>(readStreams(reads));
    const found = byRead(reads.length, rows);
    found.forEach((one) => one.sort((a, b) => a.event_version - b.event_version));
    return found;
  }

  private async readAllPartitions(reads: readonly ReadPartitionParameters[]): Promise<EventRow[][]> {
    const { rows } = await this.pool.query<ReadPartitionsRow>(readPartitions(reads));
    const found = byRead(reads.length, rows);
    found.forEach((one) => one.sort((a, b) => a.position - b.position));
    return found;
  }

  private async findAll(commandIds: readonly string[]): Promise<FindCommandsRow[][]> {
    const { rows } = await this.pool.query<FindCommandsRow>(findCommands(commandIds));
    return commandIds.map((commandId) =>
      rows.filter((row) => row.command_id === commandId).sort((a, b) => a.ordinal - b.ordinal),
    );
  }
}

function byRead<Row extends { readonly read: number }>(reads: number, rows: readonly Row[]): Row[][] {
  const found = Array.from({ length: reads }, (): Row[] => []);
  for (const row of rows) {
    found[row.read - 1]!.push(row);
  }
  return found;
}
