import type { BenchmarkOptions, Row } from '../harness/benchmark';
import { measure, type Contender } from '../harness/measure';
import { rowOf } from '../harness/row-of';
import { WriteLedger, type Audit } from '../harness/write-ledger';
import { BONUS, newAccount, withoutBonus, type RunningBank } from './running-bank';

/** The number of callers, and of their connections. */
export const callers = 16;

const rounds = 5;
/** Enough accounts to keep their streams short: only one of the contenders takes snapshots. */
const accountsPerBank = 512;
const patienceMs = 120_000;

export interface NamedBank {
  readonly name: string;
  readonly bank: RunningBank;
}

export interface Deposits {
  readonly rows: readonly Row[];
  /** By the name of the bank: the accounts that the callers opened at the same time and that got no bonus. */
  readonly missingBonuses: Readonly<Record<string, number>>;
}

/**
 * Deposits into accounts in turn. Each account gets its bonus before the measurement starts, so no two commands meet on
 * one account.
 */
export async function measureDeposits(
  banks: readonly NamedBank[],
  { seconds, signal, progress }: BenchmarkOptions,
): Promise<Deposits> {
  const books: Book[] = [];
  const missingBonuses: Record<string, number> = {};
  for (const { name, bank } of banks) {
    signal.throwIfAborted();
    progress(`${name}: opening ${accountsPerBank} accounts`);
    const book = new Book(bank);
    missingBonuses[name] = await book.open();
    books.push(book);
  }
  const measurements = await measure(
    banks.map(({ name }, index) => books[index]!.contender(name)),
    { concurrency: callers, seconds, rounds, signal },
  );
  const rows: Row[] = [];
  for (const [index, { name }] of banks.entries()) {
    rows.push(rowOf('deposit', name, measurements[index]!, await books[index]!.audit()));
  }
  return { rows, missingBonuses };
}

/** What one bank has acknowledged. */
class Book {
  private readonly accounts = Array.from({ length: accountsPerBank }, newAccount);
  private readonly expected = new Map<string, number>();
  private next = 0;

  constructor(private readonly bank: RunningBank) {}

  /** @returns the number of accounts that got no bonus, and now have one for another deposit */
  async open(): Promise<number> {
    const waiting = this.accounts[Symbol.iterator]();
    const worker = async () => {
      for (const account of waiting) {
        await this.bank.open(account);
        await this.bank.deposit(account, 1);
        this.expected.set(account, 1 + BONUS);
      }
    };
    await Promise.all(Array.from({ length: callers }, worker));
    const missing = await withoutBonus(this.bank, this.accounts, 1);
    for (const account of missing) {
      await this.bank.deposit(account, 1);
      this.expected.set(account, 2 + BONUS);
    }
    await this.requireBonus(missing, 2);
    return missing.length;
  }

  contender(name: string): Contender {
    return {
      name,
      operate: async () => {
        const account = this.accounts[this.next++ % this.accounts.length]!;
        await this.bank.deposit(account, 1);
        this.expected.set(account, this.expected.get(account)! + 1);
      },
      // Reactions and projections run after the answer. A new account's bonus comes after those of older deposits.
      settle: () => this.settle(),
    };
  }

  async audit(): Promise<Audit> {
    const ledger = new WriteLedger();
    const balances = await Promise.all(
      [...this.expected].map(async ([account, expected]) => {
        ledger.acknowledge(account, expected);
        await this.bank.reaches(account, expected, patienceMs);
        return [account, (await this.bank.balanceOf(account)) ?? 0] as const;
      }),
    );
    return ledger.audit(new Map(balances));
  }

  private async settle(): Promise<void> {
    const account = newAccount();
    await this.bank.open(account);
    await this.bank.deposit(account, 1);
    await this.requireBonus([account], 1);
  }

  private async requireBonus(accounts: readonly string[], deposited: number): Promise<void> {
    const missing = await withoutBonus(this.bank, accounts, deposited);
    if (missing.length > 0) {
      throw new Error(`no bonus for ${missing.join()}, although nothing else was done meanwhile`);
    }
  }
}
