import { eventually, freePort } from '@tidemark/test-servers';
import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { JsonClient } from '../http/json-client';

/** What a bank adds to an account for its first deposit. */
export const BONUS = 10;

const startTimeoutMs = 60_000;
const bonusTimeoutMs = 60_000;

/** A bank in a process of its own. */
export class RunningBank {
  private constructor(
    private readonly child: ChildProcess,
    private readonly client: JsonClient,
  ) {}

  /** Resolves when the bank answers. */
  static async start(folder: string, storage: Record<string, string>, connections = 1): Promise<RunningBank> {
    const port = await freePort();
    const child = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts'], {
      cwd: folder,
      env: { PATH: process.env.PATH, HOME: process.env.HOME, PORT: String(port), ...storage },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const bank = new RunningBank(child, new JsonClient(`http://127.0.0.1:${port}`, connections));
    const answers = async () => {
      if (!bank.isRunning) {
        throw new Error(`the bank in ${folder} ended with ${child.exitCode ?? child.signalCode}`);
      }
      await bank.client.get(newAccount());
    };
    try {
      await eventually(answers, { withinMs: startTimeoutMs });
    } catch (error) {
      await bank.stop('SIGKILL');
      throw error;
    }
    return bank;
  }

  private get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** With `SIGKILL`, the process gets no chance to finish anything. */
  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    if (this.isRunning) {
      const ended = once(this.child, 'exit');
      this.child.kill(signal);
      await ended;
    }
    this.client.close();
  }

  async open(account: string): Promise<void> {
    const { status } = await this.client.post(account, { owner: 'Ada' });
    // A caller that repeats after a crash is refused, because the account exists.
    if (status !== 201 && status !== 422 && status !== 409) {
      throw new Error(`opening an account was answered with ${status}`);
    }
  }

  /** @param key the idempotency key, if the caller may repeat the deposit */
  async deposit(account: string, amount: number, key?: string): Promise<void> {
    const headers: Record<string, string> = key === undefined ? {} : { 'idempotency-key': key };
    const { status, body } = await this.client.post(`${account}/deposits`, { amount }, headers);
    if (status !== 201) {
      throw new Error(`a deposit was answered with ${status}: ${JSON.stringify(body)}`);
    }
  }

  /** `undefined` if the bank does not know the account yet. */
  async balanceOf(account: string): Promise<number | undefined> {
    const { body } = await this.client.get(account);
    return (body as { readonly balance?: number }).balance;
  }

  /** Waits until the balance is at least `balance`. @returns whether it was in time */
  async reaches(account: string, balance: number, timeoutMs: number): Promise<boolean> {
    const isThere = async () => ((await this.balanceOf(account)) ?? 0) >= balance;
    return eventually(isThere, { withinMs: timeoutMs }).catch(() => false);
  }
}

/**
 * Waits until all accounts have their bonus, for at most 60 s.
 *
 * @param deposited what was deposited into each of them
 * @returns the accounts that have none
 */
export async function withoutBonus(
  bank: RunningBank,
  accounts: readonly string[],
  deposited: number,
): Promise<readonly string[]> {
  const deadline = performance.now() + bonusTimeoutMs;
  const missing: string[] = [];
  for (const account of accounts) {
    const timeoutMs = Math.max(deadline - performance.now(), 0);
    if (!(await bank.reaches(account, deposited + BONUS, timeoutMs))) {
      missing.push(account);
    }
  }
  return missing;
}

/** The path of an account that does not exist yet. */
export function newAccount(): string {
  return `/accounts/${randomUUID()}`;
}
