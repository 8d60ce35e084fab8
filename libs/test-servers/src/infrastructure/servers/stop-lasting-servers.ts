import { join } from 'node:path';
import { lastingHome } from '../host';
import { backingServices } from '../infrastructure';
import { runCommand } from '../run-command';
import { withLock } from '../with-lock';
import { readServerRecord, type ServerRecord } from './server-record';
import { stopServer } from './stop-server';
import { sweepServers } from './sweep-servers';

/** Ends the servers that this checkout started, keeps their data, and returns their records. */
export async function stopLastingServers(checkout: string): Promise<readonly ServerRecord[]> {
  const home = lastingHome(checkout);
  return withLock(join(home, 'lock'), async () => {
    await sweepServers(checkout, runCommand);
    const records = await Promise.all(
      backingServices.map((service) => readServerRecord(join(home, service))),
    );
    const started = records.filter((record) => record !== undefined);
    await Promise.all(started.map((record) => stopServer(record, runCommand)));
    return started;
  });
}
