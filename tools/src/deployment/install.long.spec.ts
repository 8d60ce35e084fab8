import { checkoutRoot, serviceNames, workspaceFolders } from '@tidemark/testing';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { instructionsOf } from './dockerfile.fixture';

const manifests = ['package.json', 'package-lock.json', '.npmrc', ...filesNamed('package.json')];

function filesNamed(name: string): string[] {
  return workspaceFolders()
    .map((folder) => join(folder, name))
    .filter((path) => existsSync(join(checkoutRoot, path)));
}

/** The local folders that stand for the stages of the Dockerfile. */
let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'tidemark-image-'));
  await copyInto('manifests', manifests);
  await copyInto('built', filesNamed('dist'));
  await rm(join(root, 'built/libs/testing'), { recursive: true });
});
afterEach(() =>
  Promise.all(
    ['tidemark', 'files'].map((folder) => rm(join(root, folder), { recursive: true, force: true })),
  ),
);
afterAll(() => rm(root, { recursive: true, force: true }));

async function copyInto(folder: string, paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    await cp(join(checkoutRoot, path), join(root, folder, path), { recursive: true });
  }
}

/** Carries out the Dockerfile's instructions, and returns the folder of the image. */
async function install(target: string): Promise<string> {
  const workdir = join(root, 'tidemark');
  await mkdir(workdir);
  for (const { keyword, text } of instructionsOf(`${target}-files`)) {
    const here = text.replaceAll(/(?<=^| )\/(?=manifests|built|files)/g, `${root}/`);
    if (keyword === 'RUN') {
      const { code, stderr } = await run('sh', ['-ec', here], workdir);
      expect([here, code, code === 0 ? '' : stderr]).toEqual([here, 0, '']);
    } else if (keyword === 'COPY') {
      const [, from] = /^--from=\w+ (\S+) \.\/$/.exec(here)!;
      await cp(from!, workdir, { recursive: true });
    }
  }
  return join(root, 'files');
}

function run(command: string, args: readonly string[], cwd: string) {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME };
  return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) =>
    execFile(command, args, { cwd, env }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr }),
    ),
  );
}

describe('the installation by the Dockerfile', () => {
  it.each(serviceNames)(
    'contains all that %s needs to start',
    async (service) => {
      const files = await install(service);

      const { code, stderr } = await run('node', [`apps/${service}/dist/main.js`], files);

      expect([code, stderr]).toEqual([1, expect.stringContaining('the configuration is not valid')]);
      expect(existsSync(join(files, 'node_modules/@tidemark/testing'))).toBe(false);
      expect(existsSync(join(files, 'node_modules/jest'))).toBe(false);
    },
    300_000,
  );

  it('contains all that the command line needs, and no library of a service', async () => {
    const files = await install('ctl');

    const { code, stdout } = await run('node', ['tools/dist/ctl.js', '--help'], files);

    expect([code, stdout]).toEqual([0, expect.stringContaining('log')]);
    expect(await readdir(join(files, 'node_modules/@tidemark'))).toEqual(['tools']);
  }, 300_000);
});
