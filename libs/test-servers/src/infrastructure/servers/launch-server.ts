import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { StartFailedError } from '../../errors';
import { logTail } from '../../log-tail';
import { serverHome, type Host } from '../host';
import type { BackingService, WayName } from '../infrastructure';
import type { CommandLine } from '../run-command';
import { identifyProcess, isRunning, type ProcessIdentity } from './process-identity';
import { writeServerRecord, type ServerRecord } from './server-record';
import type { ServerUser } from './server-user';
import { stopServer } from './stop-server';

export interface ServerPlan {
  readonly service: BackingService;
  readonly way: WayName;
  readonly url: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** The user that runs the server, if it is not the user of this process. */
  readonly user?: ServerUser;
  readonly stopSignal: NodeJS.Signals;
  readonly isStandIn?: boolean;
  readonly otherFolders?: readonly string[];
  /** Programs that the server needs. They are started before the server and ended after it. */
  readonly companions?: readonly CommandLine[];
  readonly rabbitmqctl?: CommandLine;
  /** Resolves once the server is usable. */
  readonly probe: () => Promise<unknown>;
  /** Default 60 000. */
  readonly readyWithinMs?: number;
}

const pollIntervalMs = 100;

/**
 * Starts a server in the background, in a process group of its own, and resolves when it is usable. The server is
 * recorded before the wait, so that `down` also finds it after an interrupted start.
 *
 * @throws StartFailedError with the last lines of the server's log. The server is then no longer running.
 */
export async function launchServer(plan: ServerPlan, host: Host): Promise<ServerRecord> {
  const home = serverHome(host, plan.service);
  await mkdir(home, { recursive: true });
  const logFile = join(home, 'server.log');
  const companions: ProcessIdentity[] = [];
  for (const companion of plan.companions ?? []) {
    companions.push(await spawnInBackground(companion, logFile));
  }
  const server = await spawnInBackground(plan, logFile, plan.user);
  const record: ServerRecord = {
    service: plan.service,
    way: plan.way,
    url: plan.url,
    isStandIn: plan.isStandIn ?? false,
    home,
    otherFolders: plan.otherFolders ?? [],
    processes: [server, ...companions],
    stopSignal: plan.stopSignal,
    rabbitmqctl: plan.rabbitmqctl,
    owner: host.temporary ? identifyProcess(process.pid) : undefined,
    keeper: host.keeper,
  };
  await writeServerRecord(record);
  try {
    await untilReady(plan, server);
  } catch (cause) {
    const tail = await logTail(logFile, 5);
    await stopServer(record, host.run);
    throw new StartFailedError(`${(cause as Error).message}; its log ends with ${tail}`, { cause });
  }
  return record;
}

async function spawnInBackground(
  { command, args, environment }: CommandLine,
  logFile: string,
  user?: ServerUser,
): Promise<ProcessIdentity> {
  const log = await open(logFile, 'a', 0o600);
  try {
    const child = spawn(command, args, {
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
      env: { ...process.env, ...environment },
      uid: user?.uid,
      gid: user?.gid,
    });
    await once(child, 'spawn');
    child.unref();
    // A server that ends at once has no start time to record; the probe notices that it ended.
    return identifyProcess(child.pid!) ?? { pid: child.pid!, startedAt: 'ended' };
  } finally {
    await log.close();
  }
}

async function untilReady(
  { service, probe, readyWithinMs = 60_000 }: ServerPlan,
  server: ProcessIdentity,
): Promise<void> {
  const deadline = performance.now() + readyWithinMs;
  for (;;) {
    try {
      await probe();
      return;
    } catch (failure) {
      if (!isRunning(server)) {
        throw new Error(`${service} ended at once`, { cause: failure });
      }
      if (performance.now() > deadline) {
        throw new Error(`${service} did not answer within ${readyWithinMs} ms`, { cause: failure });
      }
    }
    await delay(pollIntervalMs);
  }
}
