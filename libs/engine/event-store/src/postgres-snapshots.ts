import DataLoader from 'dataloader';
import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import { inOneTurn } from './in-one-turn';
import { loadSnapshots, type SnapshotRow } from './sql/load-snapshots';
import { saveSnapshot } from './sql/save-snapshot';
import type { Snapshot, Snapshots } from './snapshots';

export interface PostgresSnapshotsOptions {
  readonly pool: Pool;
  /** Called for a snapshot whose checksum does not match its state. */
  readonly onDamaged?: (streamId: string) => void;
}

/** Snapshots in the table `event_store.snapshots`. Reads of one turn of the event loop share one round trip. */
export class PostgresSnapshots implements Snapshots {
  private readonly rows: DataLoader<string, SnapshotRow | undefined>;

  constructor(private readonly options: PostgresSnapshotsOptions) {
    this.rows = new DataLoader((streamIds) => this.loadAll(streamIds), inOneTurn);
  }

  async load(streamId: string, stateVersion: number): Promise<Snapshot | undefined> {
    const row = await this.rows.load(streamId);
    if (!row || row.state_version !== stateVersion) {
      return undefined;
    }
    if (!checksumOf(row.state).equals(row.checksum)) {
      this.options.onDamaged?.(streamId);
      return undefined;
    }
    return {
      state: JSON.parse(row.state.toString('utf8')) as unknown,
      version: row.event_version,
      eventId: row.event_id,
    };
  }

  async save(streamId: string, stateVersion: number, snapshot: Snapshot): Promise<void> {
    const state = Buffer.from(JSON.stringify(snapshot.state), 'utf8');
    await this.options.pool.query(
      saveSnapshot({
        stream_id: streamId,
        state_version: stateVersion,
        event_version: snapshot.version,
        event_id: snapshot.eventId,
        state,
        checksum: checksumOf(state),
      }),
    );
  }

  private async loadAll(streamIds: readonly string[]): Promise<(SnapshotRow | undefined)[]> {
    const { rows } = await this.options.pool.query<SnapshotRow>(loadSnapshots(streamIds));
    const byStream = new Map(rows.map((row) => [row.stream_id, row]));
    return streamIds.map((streamId) => byStream.get(streamId));
  }
}

function checksumOf(state: Buffer): Buffer {
  return createHash('sha256').update(state).digest();
}
