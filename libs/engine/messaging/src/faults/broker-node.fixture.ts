import { eventually, freePort } from '@tidemark/test-servers';
import { connect } from 'amqplib';
import { execFile, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Debian wraps the programs in a script that admits only root and the user `rabbitmq`. */
const find = (program: string): string | undefined =>
  spawnSync('sh', ['-c', `PATH="/usr/lib/rabbitmq/bin:$PATH" command -v ${program}`], {
    encoding: 'utf8',
  }).stdout.trim() || undefined;

const programs = {
  server: find('rabbitmq-server'),
  control: find('rabbitmqctl'),
  mapper: find('epmd'),
  erlang: find('erl'),
};

/** Whether this host has the programs for a RabbitMQ node of a test's own. */
export const canRunBrokerNode = Object.values(programs).every((path) => path !== undefined);

/** A RabbitMQ node that shares nothing with other nodes on this host, and keeps its data while it is stopped. */
export class BrokerNode {
  private server: ChildProcess | undefined;

  private constructor(
    readonly url: string,
    private readonly home: string,
    private readonly mapper: ChildProcess,
    private readonly variables: readonly string[],
  ) {}

  static async create(): Promise<BrokerNode> {
    const home = await mkdtemp(join(tmpdir(), 'tidemark-broker-'));
    const [port, distributionPort, mapperPort] = [await freePort(), await freePort(), await freePort()];
    const configuration = join(home, 'rabbitmq.conf');
    await writeFile(configuration, `listeners.tcp.local = 127.0.0.1:${port}\n`);
    await writeFile(join(home, 'rabbitmq-env.conf'), '');
    await writeFile(join(home, 'enabled_plugins'), '[].\n');
    // By default, Erlang would start its port mapper as a daemon that nothing ends.
    const mapper = spawn(programs.mapper!, ['-port', String(mapperPort), '-address', '127.0.0.1'], {
      stdio: 'ignore',
    });
    return new BrokerNode(`amqp://guest:guest@127.0.0.1:${port}`, home, mapper, [
      `HOME=${home}`,
      `ERL_EPMD_PORT=${mapperPort}`,
      'ERL_EPMD_ADDRESS=127.0.0.1',
      'RABBITMQ_NODENAME=faults@localhost',
      `RABBITMQ_DIST_PORT=${distributionPort}`,
      `RABBITMQ_MNESIA_BASE=${join(home, 'data')}`,
      `RABBITMQ_LOG_BASE=${join(home, 'log')}`,
      `RABBITMQ_PID_FILE=${join(home, 'rabbitmq.pid')}`,
      `RABBITMQ_CONFIG_FILE=${configuration}`,
      `RABBITMQ_CONF_ENV_FILE=${join(home, 'rabbitmq-env.conf')}`,
      `RABBITMQ_ENABLED_PLUGINS_FILE=${join(home, 'enabled_plugins')}`,
      'RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS=-kernel inet_dist_use_interface {127,0,0,1}',
      // With this, the script becomes the server instead of waiting for it, so that signals reach the server itself.
      'RABBITMQ_ALLOW_INPUT=true',
    ]);
  }

  /** Resolves when the node accepts clients. */
  async start(): Promise<void> {
    // The program `env` sets the variables, and then its process becomes the server.
    const server = spawn('env', [...this.variables, programs.server!, '-noinput'], { stdio: 'ignore' });
    this.server = server;
    await Promise.race([
      eventually(async () => (await connect(this.url, { timeout: 3_000 })).close(), { everyMs: 100 }),
      once(server, 'exit').then(([code]) => {
        throw new Error(`the broker ended with code ${code} before it let clients in`);
      }),
    ]);
  }

  /** Raises a memory alarm: clients may connect and consume, and published messages stay in the socket. */
  async raiseAlarm(): Promise<void> {
    await this.control('set_vm_memory_high_watermark', '0.00001');
  }

  async clearAlarm(): Promise<void> {
    await this.control('set_vm_memory_high_watermark', '0.9');
  }

  private async control(...command: string[]): Promise<void> {
    await promisify(execFile)('env', [...this.variables, programs.control!, ...command]);
  }

  /** Freezes the server, so that everything that clients send stays in its sockets. */
  freeze(): void {
    this.server?.kill('SIGSTOP');
  }

  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const { server } = this;
    if (server && server.exitCode === null && server.signalCode === null) {
      const ended = once(server, 'exit');
      server.kill(signal);
      await ended;
    }
  }

  async dispose(): Promise<void> {
    await this.end('SIGKILL');
    this.mapper.kill('SIGKILL');
    await rm(this.home, { recursive: true, force: true, maxRetries: 10 });
  }
}
