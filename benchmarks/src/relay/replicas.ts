import { eventually } from '@tidemark/testing';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { Pool } from 'pg';

export interface ReplicaSettings {
  readonly databaseUrl: string;
  readonly amqpUrl: string;
  readonly prefix: string;
  /** Of the relays' leases and checkpoints. */
  readonly schema: string;
}

export interface Replicas {
  /** How long each window took since the last call. */
  takeWindowsMs(): number[];
  stop(): Promise<void>;
}

/** Starts relays as processes of their own, and waits until they have shared the partitions among them. */
export async function startReplicas(
  count: number,
  settings: ReplicaSettings,
  admin: Pool,
): Promise<Replicas> {
  let windowsMs: number[] = [];
  const children = Array.from({ length: count }, () => {
    const child = fork(`${__dirname}/relay-replica.ts`, [JSON.stringify(settings)], {
      execArgv: ['--conditions=development', '--import', 'tsx'],
    });
    child.on('message', ({ durationMs }: { durationMs: number }) => windowsMs.push(durationMs));
    return { child, ended: once(child, 'exit') };
  });
  await eventually(() => isShared(admin, settings.schema, count), { timeoutMs: 60_000 });
  return {
    takeWindowsMs() {
      const taken = windowsMs;
      windowsMs = [];
      return taken;
    },
    async stop() {
      children.forEach(({ child }) => child.disconnect());
      await Promise.all(children.map(({ ended }) => ended));
    },
  };
}

async function isShared(admin: Pool, schema: string, owners: number): Promise<boolean> {
  const { rows } = await admin.query<{ is_shared: boolean }>(`
    SELECT count(*) = (SELECT count(*) FROM event_store.partitions) AND count(DISTINCT owner) = ${owners} AS is_shared
    FROM ${schema}.consumer_leases WHERE owner IS NOT NULL AND expires_at > clock_timestamp()`);
  return rows[0]!.is_shared;
}
