import { eventually } from '@tidemark/kernel/testing';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';

export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** The program in a process of its own, with the parts that it runs. A test may kill it and start it again. */
export class Deployment {
  private child: ChildProcess | undefined;
  private port = 0;

  constructor(private readonly parts: string) {}

  async start(environment: Readonly<Record<string, string>> = {}): Promise<void> {
    this.port ||= await freePort();
    this.child = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts'], {
      cwd: join(__dirname, '..'),
      env: { ...process.env, ...environment, RUNS: this.parts, PORT: String(this.port) },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    await eventually(() => fetch(this.url('/')), { withinMs: 60_000 });
  }

  /** By default, the process gets no chance to finish anything. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const { child } = this;
    this.child = undefined;
    if (child?.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit');
      child.kill(signal);
      await ended;
    }
  }

  async post(path: string, body: object = {}): Promise<Answer> {
    const headers = { 'content-type': 'application/json' };
    return answerOf(await fetch(this.url(path), { method: 'POST', headers, body: JSON.stringify(body) }));
  }

  async get(path: string, token?: string): Promise<Answer> {
    return answerOf(await fetch(this.url(path), { headers: token ? { 'consistency-token': token } : {} }));
  }

  private url(path: string): string {
    return `http://127.0.0.1:${this.port}${path}`;
  }
}

async function answerOf(response: Response): Promise<Answer> {
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
