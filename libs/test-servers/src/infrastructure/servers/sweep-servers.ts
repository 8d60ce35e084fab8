import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { lastingHome } from '../host';
import { backingServices } from '../infrastructure';
import type { CommandRunner } from '../run-command';
import { identifyProcess, isRunning } from './process-identity';
import { readServerRecord } from './server-record';
import { stopServer } from './stop-server';

/** Ends the servers that killed runs of this checkout left behind. */
export async function sweepServers(checkout: string, run: CommandRunner): Promise<void> {
  const home = lastingHome(checkout);
  const names = await readdir(home).catch(() => []);
  await Promise.all(
    names
      .filter((name) => name.startsWith('run-'))
      // Servers of another user in a shared checkout are left alone.
      .map((name) => sweepRun(join(home, name), run).catch(() => {})),
  );
}

async function sweepRun(folder: string, run: CommandRunner): Promise<void> {
  const records = await Promise.all(
    backingServices.map((service) => readServerRecord(join(folder, service))),
  );
  const owners = records.flatMap((record) => record?.owner ?? []);
  const pid = Number(/run-(\d+)-/.exec(folder)?.[1]);
  if (owners.length > 0 ? owners.some(isRunning) : identifyProcess(pid)) {
    return;
  }
  await Promise.all(records.map((record) => record && stopServer(record, run)));
  await rm(folder, { recursive: true, force: true });
}
