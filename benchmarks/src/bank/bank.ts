import { countCodeLines, createTestDatabase, createTestMongo } from '@tidemark/test-servers';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Benchmark, Result, Row } from '../harness/benchmark';
import { contenders, type BankContender } from './contenders';
import { callers, measureDeposits, type NamedBank } from './deposits';
import { installBank } from './install-bank';
import { payThroughKills } from './kill-again';
import { packTidemark } from './pack-tidemark';
import { newAccount, RunningBank } from './running-bank';

interface InstalledBank {
  readonly name: string;
  readonly start: (connections?: number) => Promise<RunningBank>;
}

type Figures = Record<string, number>;
type Undo = (() => Promise<void>)[];

/** The bank of `examples` against the same application on its peers. */
export const bank: Benchmark = async (options): Promise<Result> => {
  const tarballs = await packTidemark(options.progress);
  const undo: Undo = [];
  const figures: Figures = {};
  try {
    const folder = await mkdtemp(join(tmpdir(), 'tidemark-banks-'));
    undo.push(() => rm(folder, { recursive: true }));
    const banks: InstalledBank[] = [];
    for (const contender of contenders) {
      options.signal.throwIfAborted();
      options.progress(`${contender.name}: installing, and killing`);
      figures[`linesOfCode/${contender.name}`] = countCodeLines(join(contender.folder, 'src'));
      banks.push(await tryOut(contender, join(folder, contender.name), tarballs, figures, undo));
    }
    const { rows, missingBonuses } = await withBanks(banks, (running) => measureDeposits(running, options));
    for (const [name, missing] of Object.entries(missingBonuses)) {
      figures[`bonusesMissingUnkilled/${name}`] = missing;
    }
    return { rows, figures, ratios: ratiosOf(rows) };
  } finally {
    for (const step of undo.reverse()) {
      await step();
    }
  }
};

/** Measures how soon the first event is stored, and what the bank still pays when it is killed. */
async function tryOut(
  contender: BankContender,
  folder: string,
  tarballs: ReadonlyMap<string, string>,
  figures: Figures,
  undo: Undo,
): Promise<InstalledBank> {
  const { name } = contender;
  const storage = await createStorage(contender, undo);
  // The first installation fills the cache of npm.
  await installBank(contender, folder, tarballs);
  const before = performance.now();
  await installBank(contender, folder, tarballs);
  const first = await RunningBank.start(folder, storage);
  try {
    await first.open(newAccount());
    figures[`secondsToFirstEvent/${name}`] = (performance.now() - before) / 1_000;
  } finally {
    await first.stop();
  }
  const start = (connections?: number) => RunningBank.start(folder, storage, connections);
  const { missing, doubled } = await payThroughKills(start);
  figures[`bonusesMissing/${name}`] = missing;
  figures[`bonusesDoubled/${name}`] = doubled;
  return { name, start };
}

/** A database of its own, which is dropped in the end. */
async function createStorage({ store }: BankContender, undo: Undo): Promise<Record<string, string>> {
  const database = store === 'postgres' ? await createTestDatabase() : await createTestMongo();
  undo.push(() => database.drop());
  return { [store === 'postgres' ? 'DATABASE_URL' : 'MONGODB_URL']: database.url };
}

async function withBanks<Outcome>(
  banks: readonly InstalledBank[],
  use: (running: readonly NamedBank[]) => Promise<Outcome>,
): Promise<Outcome> {
  const running: NamedBank[] = [];
  try {
    for (const { name, start } of banks) {
      running.push({ name, bank: await start(callers) });
    }
    return await use(running);
  } finally {
    await Promise.all(running.map((each) => each.bank.stop()));
  }
}

/** Only of contenders on the same server: one on another database measures that database too. */
function ratiosOf(rows: readonly Row[]): Record<string, number> {
  const [own, ...others] = rows.filter(({ contender }) =>
    contenders.some(({ name, store }) => name === contender && store === 'postgres'),
  );
  const ratios = others.map(({ contender, rate }) => [`deposit/${contender}`, own!.rate! / rate!] as const);
  return Object.fromEntries(ratios.filter(([, ratio]) => Number.isFinite(ratio)));
}
