import { BONUS, newAccount, withoutBonus, type RunningBank } from './running-bank';

const rounds = 4;
const accountsPerRound = 10;
const deposited = 100;
const patienceMs = 60_000;

/** The bonuses of all accounts after the bank was killed in each round. */
export interface BonusAudit {
  readonly missing: number;
  readonly doubled: number;
}

/**
 * Kills the bank while it opens accounts and pays bonuses, as `examples/bank/test` does. The caller repeats afterwards
 * what may not have been answered, with the same idempotency keys.
 *
 * @param start starts a bank on the same storage each time
 */
export async function payThroughKills(start: () => Promise<RunningBank>): Promise<BonusAudit> {
  const accounts: string[] = [];
  let bank = await start();
  try {
    for (let round = 0; round < rounds; round += 1) {
      const opened = Array.from({ length: accountsPerRound }, newAccount);
      accounts.push(...opened);
      const opening = openAll(bank, opened).catch(() => 'killed');
      await bank.reaches(opened[accountsPerRound / 2 - 1]!, deposited + BONUS, patienceMs);
      await bank.stop('SIGKILL');
      await opening;
      bank = await start();
      await openAll(bank, opened);
    }
    return await audit(bank, accounts);
  } finally {
    await bank.stop();
  }
}

async function openAll(bank: RunningBank, accounts: readonly string[]): Promise<void> {
  for (const account of accounts) {
    await bank.open(account);
    await bank.deposit(account, deposited, account);
  }
}

async function audit(bank: RunningBank, accounts: readonly string[]): Promise<BonusAudit> {
  const missing = await withoutBonus(bank, accounts, deposited);
  let doubled = 0;
  for (const account of accounts) {
    // When a read model shows one more deposit, it shows every bonus before it.
    const expected = deposited + 1 + (missing.includes(account) ? 0 : BONUS);
    await bank.deposit(account, 1);
    await bank.reaches(account, expected, patienceMs);
    const balance = await bank.balanceOf(account);
    doubled += balance! - deposited - 1 > BONUS ? 1 : 0;
  }
  return { missing: missing.length, doubled };
}
