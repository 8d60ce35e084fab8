import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AlreadyRunningError } from '../errors';
import { identifyProcess } from '../infrastructure/servers/process-identity';
import { claimInstallation, findInstallation, findInstallations } from './claim-installation';

const urls = {
  'command-service': 'http://127.0.0.1:1',
  'query-service': 'http://127.0.0.1:2',
  'projection-service': 'http://127.0.0.1:3',
  'process-manager': 'http://127.0.0.1:4',
};
const adminUrls = { ...urls, 'command-service': 'http://127.0.0.1:5' };

let checkout: string;
beforeEach(async () => {
  checkout = await mkdtemp(join(tmpdir(), 'tidemark-claim-'));
});
afterEach(() => rm(checkout, { recursive: true }));

it('a claim belongs to one process at a time, and shows the addresses of its services', async () => {
  expect(await findInstallation('mine', checkout)).toBeUndefined();
  const claim = await claimInstallation('mine', checkout);
  const owner = identifyProcess(process.pid);
  expect(await findInstallation('mine', checkout)).toEqual({ name: 'mine', owner });
  await claim.publish({ urls, adminUrls });
  expect(await findInstallation('mine', checkout)).toEqual({ name: 'mine', owner, urls, adminUrls });

  await expect(claimInstallation('mine', checkout)).rejects.toThrow(AlreadyRunningError);
  await expect(claimInstallation('mine', checkout)).rejects.toThrow(`(to stop it: kill ${process.pid})`);
  const other = await claimInstallation('another', checkout);
  expect((await findInstallations(checkout)).map(({ name }) => name).sort()).toEqual(['another', 'mine']);
  await other.release();

  await claim.release();
  expect(await findInstallation('mine', checkout)).toBeUndefined();
  await (await claimInstallation('mine', checkout)).release();
});

it('only one of two concurrent claims succeeds', async () => {
  const outcomes = await Promise.allSettled([
    claimInstallation('mine', checkout),
    claimInstallation('mine', checkout),
  ]);
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
});

it('a claim ends with its process, even if another process gets the same number', async () => {
  await (await claimInstallation('mine', checkout)).release();
  const { pid } = spawnSync(process.execPath, ['--version']);
  for (const owner of [
    { pid, startedAt: 'then' },
    { pid: process.pid, startedAt: 'earlier' },
  ]) {
    await writeFile(
      join(checkout, '.tidemark/running/mine.json'),
      JSON.stringify({ name: 'mine', owner, urls }),
    );
    expect(await findInstallation('mine', checkout)).toBeUndefined();
    await (await claimInstallation('mine', checkout)).release();
  }
});

it.each(['', 'Mine', '../mine', '1st', 'a'.repeat(42)])('refuses the name %j', async (name) => {
  await expect(claimInstallation(name, checkout)).rejects.toThrow('TIDEMARK_NAME must be 1 to 41 characters');
  await expect(findInstallation(name, checkout)).rejects.toThrow(RangeError);
});
