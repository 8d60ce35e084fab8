import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../free-port';
import { dockerWay, type ContainerPlan } from './docker-way';
import type { Host } from './host';
import type { CommandOptions, CommandResult } from './run-command';
import { readServerRecord } from './servers/server-record';
import { stopServer } from './servers/stop-server';
import type { ServerKind } from './server-ways';

const succeeded: CommandResult = { exitCode: 0, stdout: '28.0.1\n', stderr: '' };
const failed: CommandResult = { exitCode: 1, stdout: '', stderr: 'pulling\nno route to the registry' };

describe('dockerWay', () => {
  let home: string;
  let calls: { line: string; options: CommandOptions | undefined }[];
  let answer: (line: string) => CommandResult;
  let host: Host;
  let plan: ContainerPlan;
  const kind: ServerKind = {
    service: 'rabbitmq',
    variable: 'AMQP_URL',
    schemes: ['amqp'],
    localUrls: [],
    probe: () => Promise.resolve(),
  };

  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'tidemark-docker-'));
    calls = [];
    answer = () => succeeded;
    host = {
      environment: {},
      checkout: '/checkout',
      home,
      temporary: false,
      run: (command, args, options) => {
        const line = [command, ...args].join(' ');
        calls.push({ line, options });
        return Promise.resolve(answer(line));
      },
    };
    plan = {
      port: await freePort(),
      portVariable: 'TIDEMARK_RABBITMQ_PORT',
      urlAt: (port) => `amqp://127.0.0.1:${port}`,
      hasRabbitmqctl: true,
    };
  });
  afterEach(() => rm(home, { recursive: true }));

  it('is impossible if no engine answers', async () => {
    answer = () => failed;
    await expect(dockerWay(kind, plan, host).attempt()).resolves.toEqual({
      outcome: 'closed',
      reason: 'no Docker engine answers',
    });
    expect(calls).toHaveLength(1);
  });

  it('starts only the given service, and returns the command that ends it', async () => {
    const attempt = await dockerWay(kind, plan, host).attempt();
    expect(attempt).toMatchObject({ outcome: 'found', url: `amqp://127.0.0.1:${plan.port}` });
    expect(calls[1]!.line).toMatch(
      /^docker compose --project-name tidemark-[0-9a-f]{12} --project-directory \/checkout up --detach --wait rabbitmq$/,
    );
    expect(calls[1]!.options?.environment).toEqual({ TIDEMARK_RABBITMQ_PORT: String(plan.port) });

    const record = await readServerRecord(join(home, 'rabbitmq'));
    expect(record?.rabbitmqctl?.args.slice(-4)).toEqual(['exec', '-T', 'rabbitmq', 'rabbitmqctl']);
    await stopServer(record!, host.run);
    expect(calls[2]!.line).toMatch(/ rm --stop --force rabbitmq$/);
    await expect(readServerRecord(join(home, 'rabbitmq'))).resolves.toBeUndefined();
  });

  it('uses another port if a default port is in use', async () => {
    const server = createServer().listen(plan.port, '127.0.0.1');
    await once(server, 'listening');
    const otherPorts = { TIDEMARK_RABBITMQ_MANAGEMENT_PORT: plan.port };
    const attempt = await dockerWay(kind, { ...plan, otherPorts }, host).attempt();
    const { environment } = calls[1]!.options!;
    expect(attempt).toMatchObject({
      outcome: 'found',
      url: `amqp://127.0.0.1:${environment!['TIDEMARK_RABBITMQ_PORT']}`,
    });
    expect(Object.keys(environment!)).toHaveLength(2);
    expect(Object.values(environment!)).not.toContain(String(plan.port));
    server.close();
  });

  it('gives the reason if Compose fails', async () => {
    answer = (line) => (line.includes(' up ') ? failed : succeeded);
    await expect(dockerWay(kind, plan, host).attempt()).resolves.toEqual({
      outcome: 'closed',
      reason: 'docker compose up failed: no route to the registry',
    });
  });
});
