import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import {
  backingServices,
  claimInstallation,
  dropStorage,
  runTypescript,
  startInfrastructure,
  testName,
  testRun,
  type BackingService,
} from '@tidemark/test-servers';

const { urls, mongodbIsStandIn } = testRun();
const servers = Object.keys(urls) as BackingService[];
const name = testName();
const environment = {
  TIDEMARK_NAME: name,
  // Nothing but what this run has.
  TIDEMARK_SERVER_WAYS: 'env',
  DATABASE_URL: urls.postgres,
  ...(urls.rabbitmq !== undefined && { AMQP_URL: urls.rabbitmq }),
  ...(urls.mongodb !== undefined && { MONGODB_URL: urls.mongodb }),
};

function run(file: string, args: readonly string[], variables: Record<string, string> = environment) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [...runTypescript, resolve(__dirname, file), ...args],
    { encoding: 'utf8', env: { ...process.env, ...variables } },
  );
  return { status, stdout, stderr };
}
const nothingKept = 'nothing to empty: no server answers, and this checkout keeps no data of one';
const infra = (...args: string[]) => run('infra.ts', args);

describe('npm run infra', () => {
  afterAll(async () => {
    const infrastructure = await startInfrastructure({
      services: servers as 'postgres'[],
      environment: { ...process.env, ...environment },
      log: () => {},
    });
    await dropStorage(infrastructure, name);
  });

  it('prints no URLs before up, and names the command to run', () => {
    const { status, stdout, stderr } = infra('urls');
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain(`the database ${name} does not exist yet`);
    expect(stderr).toContain('infra -- up');
  });

  it('up prints which servers it uses and why, and then prints the same as urls', () => {
    const up = infra('up');
    expect(up.status).toBe(0);
    expect(up.stderr.trim().split('\n')).toHaveLength(3);
    expect(up.stderr).toContain('by env: it was set by DATABASE_URL');
    const urlsNow = infra('urls');
    expect(urlsNow).toEqual({ status: 0, stderr: '', stdout: up.stdout });
    expect(JSON.parse(up.stdout)).toMatchObject({ amqpPrefix: name, mongodbIsStandIn });
    expect(new URL((JSON.parse(up.stdout) as { postgres: string }).postgres).pathname).toBe(`/${name}`);
  });

  it('reset leaves the storage empty but in place', () => {
    expect(infra('reset')).toEqual({
      status: 0,
      stdout: '',
      stderr: backingServices
        .map((service) => `${service}: ${urls[service] ? `emptied ${name}` : nothingKept}\n`)
        .join(''),
    });
    expect(infra('urls').status).toBe(0);
  });

  it.each(['reset', 'down'])('%s does not touch the storage of a running system', async (command) => {
    const claim = await claimInstallation(name);
    try {
      const { status, stdout, stderr } = infra(command);
      expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
      expect(stderr).toBe(
        `${name} is already running, as process ${process.pid} of this checkout (to stop it: kill ${process.pid})\n`,
      );
    } finally {
      await claim.release();
    }
  });

  it('describes a valid name', () => {
    const { status, stderr } = run('infra.ts', ['urls'], { ...environment, TIDEMARK_NAME: 'No-Name' });
    expect(status).toBe(1);
    expect(stderr).toContain('TIDEMARK_NAME must be 1 to 41 characters from a-z, 0-9 and _');
  });

  it('names the variable whose server does not answer', () => {
    const broken = { ...environment, AMQP_URL: 'amqp://127.0.0.1:1' };
    const { status, stderr } = run('infra.ts', ['up'], broken);
    expect(status).toBe(1);
    expect(stderr).toContain('AMQP_URL is set, but its server does not answer');
  });

  it.each([[], ['sideways'], ['up', 'down']].map((args) => [args]))('refuses %j', (args) => {
    const { status, stdout, stderr } = infra(...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^usage: npm run -s infra/);
  });
});

describe('npm run token', () => {
  it('prints the token alone on one line', () => {
    const { status, stdout, stderr } = run('token.ts', ['--role', 'operator', '--customer', 'C1']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
    const claims = JSON.parse(Buffer.from(stdout.split('.')[1]!, 'base64url').toString()) as object;
    expect(claims).toMatchObject({ sub: 'local-operator-C1', roles: ['operator'], customer_id: 'C1' });
  });

  it.each(
    [
      ['--role', 'king'],
      ['--role', 'customer'],
      ['--role', 'operator', '--customer', 'a b'],
      ['operator'],
    ].map((args) => [args]),
  )('refuses %j', (args) => {
    const { status, stdout, stderr } = run('token.ts', args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^usage: npm run -s token/);
  });
});

describe('the tools that need a running system', () => {
  const nowhere = { TIDEMARK_NAME: name, TIDEMARK_COMMAND_URL: 'http://127.0.0.1:1' };

  it.each([
    ['demo.ts', []],
    ['replay.ts', ['tools/data/small-shop.csv']],
  ])('%s fails at once if there is none', (file, args) => {
    const { status, stdout, stderr } = run(file, args, nowhere);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(
      /^nothing answers at http:\/\/127\.0\.0\.1:1: start an installation with npm start/,
    );
  });

  it.each([
    ['demo.ts', ['--loudly']],
    ['replay.ts', ['--help']],
    ['replay.ts', ['a.csv', '--short', '']],
    ['replay.ts', ['a.csv', '--short', '101']],
    ['start.ts', ['--frob']],
  ])('%s refuses %j, and prints its usage', (file, args) => {
    const { status, stdout, stderr } = run(file, args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^usage: npm (start|run -s (demo|replay))/);
  });

  it('replay names a file that does not exist', () => {
    const { status, stderr } = run('replay.ts', ['no-such.csv']);
    expect(status).toBe(1);
    expect(stderr).toBe(
      "no-such.csv cannot be read: ENOENT: no such file or directory, open 'no-such.csv'\n",
    );
  });
});
