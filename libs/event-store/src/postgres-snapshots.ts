import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import { loadSnapshot, type SnapshotRow } from './sql/load-snapshot';
import { saveSnapshot } from './sql/save-snapshot';
import type { Snapshot, Snapshots } from './snapshots';

export interface PostgresSnapshotsOptions {
  readonly pool: Pool;
  /** Told of a snapshot whose checksum is not that of its state. */
  readonly onDamaged?: (streamId: string) => void;
}

/** Snapshots in the table `event_store.snapshots`. */
export class PostgresSnapshots implements Snapshots {
  constructor(private readonly options: PostgresSnapshotsOptions) {}

  async load(streamId: string, stateVersion: number): Promise<Snapshot | undefined> {
    const { rows } = await this.options.pool.query<SnapshotRow>(loadSnapshot(streamId));
    const row = rows[0];
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
      saveSnapshot(streamId, {
        state_version: stateVersion,
        event_version: snapshot.version,
        event_id: snapshot.eventId,
        state,
        checksum: checksumOf(state),
      }),
    );
  }
}

function checksumOf(state: Buffer): Buffer {
  return createHash('sha256').update(state).digest();
}
