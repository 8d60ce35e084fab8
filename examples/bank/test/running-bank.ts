import { eventually } from '@tidemark/kernel/testing';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';

/** A bank in a process of its own, which a test may kill. */
export class RunningBank {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
  ) {}

  static async start(): Promise<RunningBank> {
    const port = await freePort();
    const child = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts'], {
      cwd: join(__dirname, '..'),
      env: { ...process.env, PORT: String(port) },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const bank = new RunningBank(child, `http://127.0.0.1:${port}`);
    await eventually(() => bank.requireAnswer(), { withinMs: 60_000 });
    return bank;
  }

  private async requireAnswer(): Promise<void> {
    if (this.child.exitCode === null) {
      await this.get('/accounts/nobody');
    }
  }

  /** The process gets no chance to finish anything. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const ended = once(this.child, 'exit');
      this.child.kill(signal);
      await ended;
    }
  }

  async post(path: string, body: object, headers: Record<string, string> = {}) {
    return answerOf(
      await fetch(`${this.url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      }),
    );
  }

  async get(path: string, token?: string) {
    return answerOf(
      await fetch(`${this.url}${path}`, { headers: token ? { 'consistency-token': token } : {} }),
    );
  }
}

async function answerOf(response: Response) {
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
