import { rm } from 'node:fs/promises';
import type { CommandRunner } from '../run-command';
import { endProcess } from './end-process';
import { removeServerRecord, type ServerRecord } from './server-record';

const composeWithinMs = 60_000;

/** Ends a server that this checkout started, and no other process. Deletes the data of a temporary server. */
export async function stopServer(record: ServerRecord, run: CommandRunner): Promise<void> {
  for (const identity of record.processes) {
    await endProcess(identity, record.stopSignal);
  }
  if (record.stopCommand) {
    const { command, args, environment } = record.stopCommand;
    await run(command, args, { environment, timeoutMs: composeWithinMs });
  }
  await removeServerRecord(record.home);
  if (record.owner) {
    await Promise.all(
      [record.home, ...record.otherFolders].map((folder) => rm(folder, { recursive: true, force: true })),
    );
  }
}
