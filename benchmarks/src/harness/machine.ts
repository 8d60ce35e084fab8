import { createPool } from '@tidemark/postgres';
import type { Infrastructure } from '@tidemark/test-servers';
import { arch, availableParallelism, cpus, loadavg, platform, totalmem } from 'node:os';

/** The facts besides the code that the figures depend on. */
export interface Machine {
  readonly platform: string;
  readonly cores: number;
  readonly cpu: string;
  readonly memoryGiB: number;
  /** The load of the minute before the run. More than a fraction of a core means that other programs were running. */
  readonly loadBefore: number;
  readonly node: string;
  readonly postgres: string;
  readonly postgresSettings: Readonly<Record<string, string>>;
  readonly mongodbIsStandIn: boolean;
}

export async function describeMachine({
  urls,
  mongodbIsStandIn,
}: Pick<Infrastructure<'postgres'>, 'urls' | 'mongodbIsStandIn'>): Promise<Machine> {
  const pool = createPool({ url: urls.postgres, applicationName: 'tidemark-bench', maxConnections: 1 });
  try {
    const { rows } = await pool.query<{ name: string; setting: string }>(
      `SELECT name, current_setting(name) AS setting FROM pg_settings
       WHERE name IN ('server_version', 'fsync', 'shared_buffers', 'max_wal_size', 'wal_sync_method') ORDER BY name`,
    );
    const { server_version: postgres = '', ...postgresSettings } = Object.fromEntries(
      rows.map(({ name, setting }) => [name, setting]),
    );
    return {
      platform: `${platform()} ${arch()}`,
      cores: availableParallelism(),
      cpu: cpus()[0]?.model ?? 'unknown',
      memoryGiB: Math.round(totalmem() / 2 ** 30),
      loadBefore: loadavg()[0]!,
      node: process.version,
      postgres,
      postgresSettings,
      mongodbIsStandIn,
    };
  } finally {
    await pool.end();
  }
}
