import { chmod, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { tmpdir } from 'node:os';
import type { Attempt, Host } from '../host';
import { runCommand, type CommandRunner } from '../run-command';
import { isRunning } from '../servers/process-identity';
import type { ServerRecord } from '../servers/server-record';
import { stopServer } from '../servers/stop-server';
import { mongodbWays } from './mongodb-ways';

const fixture = join(__dirname, 'fixtures/mongod.js');

function startedBy(attempt: Attempt): ServerRecord {
  if (attempt.outcome === 'closed' || !attempt.started) {
    throw new Error(`nothing was started: ${attempt.reason}`);
  }
  return attempt.started;
}

describe('the ways to a mongod', () => {
  let folder: string;
  let host: Host;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tidemark-mongod-'));
    host = {
      // Node's own folder, which the fixture's first line needs; no mongod is expected beside it.
      environment: { PATH: [folder, dirname(process.execPath)].join(':'), HOME: folder },
      checkout: folder,
      home: join(folder, 'infra'),
      temporary: false,
      run: runCommand,
    };
  });
  afterEach(() => rm(folder, { recursive: true }));

  const attempt = (name: string, on: Host = host) =>
    mongodbWays(on)
      .find((way) => way.name === name)!
      .attempt();

  it('binary: starts a replica set with one member, and uses the same port again for kept data', async () => {
    await symlink(fixture, join(folder, 'mongod'));
    const found = await attempt('binary');
    expect(found).toMatchObject({ isStandIn: false, reason: `${join(folder, 'mongod')} is installed` });
    const first = startedBy(found);
    expect(first.processes.every(isRunning)).toBe(true);
    await stopServer(first, host.run);
    expect(first.processes.some(isRunning)).toBe(false);

    const second = startedBy(await attempt('binary'));
    expect(second.url).toBe(first.url);
    await stopServer(second, host.run);
  });

  it('binary: fails with the end of its log if the program ends at once', async () => {
    await writeFile(join(folder, 'mongod'), '#!/bin/sh\necho "this CPU has no AVX" >&2\nexit 132\n');
    await chmod(join(folder, 'mongod'), 0o755);
    await expect(attempt('binary')).resolves.toEqual({
      outcome: 'closed',
      reason: 'mongodb ended at once; its log ends with this CPU has no AVX',
    });
  });

  it('binary: fails if no mongod is installed', async () => {
    await expect(attempt('binary')).resolves.toEqual({
      outcome: 'closed',
      reason: 'mongod is not on the PATH',
    });
  });

  it('download: starts the mongod in the cache of mongodb-memory-server', async () => {
    const commands: string[][] = [];
    const run: CommandRunner = (_command, args, options) => {
      commands.push([...args, options?.environment?.MONGOMS_RUNTIME_DOWNLOAD ?? '']);
      return Promise.resolve({ exitCode: 0, stdout: fixture, stderr: '' });
    };
    const found = await attempt('download', { ...host, run });
    expect(found).toMatchObject({ isStandIn: false });
    expect(commands).toHaveLength(1);
    expect(commands[0]!.at(-1)).toBe('false');
    await stopServer(startedBy(found), host.run);
  });

  it('download: fails if the network does not allow it', async () => {
    const run: CommandRunner = () => Promise.resolve({ exitCode: 1, stdout: '', stderr: 'not found' });
    const environment = { ...host.environment, MONGOMS_DOWNLOAD_MIRROR: 'http://127.0.0.1:1' };
    await expect(attempt('download', { ...host, environment, run })).resolves.toEqual({
      outcome: 'closed',
      reason: '127.0.0.1:1 cannot be reached',
    });
  });

  it('stand-in: fails without a JDK and Maven', async () => {
    const environment = { PATH: folder };
    await expect(attempt('stand-in', { ...host, environment })).resolves.toEqual({
      outcome: 'closed',
      reason: 'a JDK and Maven are not on the PATH',
    });
  });
});
