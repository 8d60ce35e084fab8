import type { Pool, PoolClient } from 'pg';
import { observed } from './statement-tap';

export interface KilledWork<World> {
  /** Makes the world of one run. */
  readonly prepare: () => Promise<World>;
  /** Its pools must have been given to `tapStatements`. */
  readonly work: (world: World) => Promise<unknown>;
  /** Called after each run in which a connection was cut. */
  readonly check: (world: World, outcome: PromiseSettledResult<unknown>) => Promise<void>;
}

/**
 * Runs the work once for each of its statements, and cuts the statement's connection before it is sent. After a
 * `COMMIT` that was cut off, the work can't know the outcome.
 *
 * @param server a pool on the same server, whose role may end other connections
 * @returns the names of the statements, in order
 */
export async function walkKills<World>(
  { prepare, work, check }: KilledWork<World>,
  server: Pool,
): Promise<readonly string[]> {
  const killed: string[] = [];
  for (;;) {
    const world = await prepare();
    let sent = 0;
    const [outcome] = await Promise.allSettled([
      observed(
        {
          through: async ({ name, client }, send) => {
            sent += 1;
            if (sent === killed.length + 1) {
              killed.push(name);
              sent = -Infinity;
              await cut(server, client);
            }
            return send();
          },
        },
        () => work(world),
      ),
    ]);
    if (sent >= 0) {
      return killed;
    }
    await check(world, outcome);
  }
}

/** Waits for the server to have ended the session, so that its locks are free. */
async function cut(server: Pool, client: PoolClient): Promise<void> {
  const { processID } = client as unknown as { readonly processID: number };
  await server.query('SELECT pg_terminate_backend($1, 5000)', [processID]);
}
