import { within } from '@tidemark/kernel';
import type { Pool } from 'pg';
import { isSame, titleOf } from './observed-work';
import { record, type RecordedStatement } from './recording';
import { Scene, type Course, type Outcomes, type Pair } from './scene';

/** The work of one replica, and the rivals that another replica may run meanwhile. */
export interface Interleaving<World> {
  readonly name: string;
  /** Makes the world of one run, which shares nothing with other runs. */
  readonly prepare: () => Promise<World>;
  /** The work of one replica. Its pools must have been given to `tapStatements`. */
  readonly work: (world: World) => Promise<unknown>;
  /** The work of another replica, one rival per run. By name. */
  readonly rivals: Readonly<Record<string, (world: World) => Promise<unknown>>>;
  /** Returns the faults after both have ended; `rival` is the rival's name. */
  readonly faultsOf: (world: World, outcomes: Outcomes, rival: string) => Promise<readonly string[]>;
}

export interface WalkReport {
  /** The statements that the work sends when it runs alone, in order. */
  readonly statements: readonly string[];
  readonly courses: Readonly<Record<Course, number>>;
  /** One line per fault, with the work, the rival, the commit, the statement, and the fault itself. */
  readonly failures: readonly string[];
}

export interface WalkOptions {
  /** A pool on the same server, in a role that sees the locks of other connections. */
  readonly server: Pool;
  /** How long one run may take before it counts as stuck; 30 s by default. */
  readonly timeoutMs?: number;
}

type Recording = readonly RecordedStatement[];

interface WalkedPair extends Pair {
  /** The statement's place among those of the work. */
  readonly place: number;
  /** The work's transaction in which the statement is sent. */
  readonly transaction: number;
}

/** How many worlds are made at the same time. */
const preparedAtOnce = 16;

/**
 * Walks through every pair of a statement of the work and a commit of a rival. The commit falls before the statement,
 * and also while it runs where the statement may meet the rival's locks. Each pair runs in a world of its own. No
 * outcome depends on timing, because the server reports which connection waits for which.
 */
export async function walkInterleavings<World>(
  interleaving: Interleaving<World>,
  { server, timeoutMs = 30_000 }: WalkOptions,
): Promise<WalkReport> {
  const { name, prepare, work, rivals, faultsOf } = interleaving;
  const alone = await recordAlone(name, prepare, work);
  const courses = { played: 0, unreached: 0, impossible: 0 };
  const failures: string[] = [];
  for (const [rivalName, rival] of Object.entries(rivals)) {
    const pairs = pairsOf(alone, await recordAlone(rivalName, prepare, rival));
    /**
     * For a commit of the rival in a transaction of the work, the number of a statement. From this statement on, the
     * rival can't commit.
     */
    const ruledOut = new Map<string, number>();
    let worlds: World[] = [];
    for (const [at, pair] of pairs.entries()) {
      const commitInTransaction = `${titleOf(pair.commit)} in ${pair.transaction}`;
      if (pair.place >= (ruledOut.get(commitInTransaction) ?? Infinity)) {
        courses.impossible += 1;
        continue;
      }
      worlds = worlds.length > 0 ? worlds : await prepareSome(prepare, pairs.length - at);
      const world = worlds.pop()!;
      const title = `${name} / ${rivalName}: ${titleOf(pair.commit)} commits ${pair.moment} ${titleOf(pair.statement)}`;
      const scene = new Scene(server, pair);
      const played = scene.play(
        () => work(world),
        () => rival(world),
      );
      const late = () => new Error(`one of the two actors did not end within ${timeoutMs} ms`);
      const ended = await within(timeoutMs, played, late).catch((error: unknown) => {
        failures.push(`${title}: ${(error as Error).message}`);
      });
      if (!ended) {
        continue;
      }
      courses[ended.course] += 1;
      if (ended.course === 'impossible') {
        // The rival waits for a lock, and the work's transaction keeps that lock to its end.
        ruledOut.set(commitInTransaction, pair.place);
      }
      const faults = await faultsOf(world, ended, rivalName);
      failures.push(...faults.map((fault) => `${title}: ${fault}`));
    }
  }
  return { statements: alone.map(titleOf), courses, failures };
}

/** A rival without a commit has no pair, because it can't change what the work sees. */
function pairsOf(statements: Recording, rival: Recording): WalkedPair[] {
  const commits = rival.filter((statement) => statement.commits);
  return commits.flatMap((commit) => {
    const isLastCommit = isSame(commit, commits.at(-1)!);
    const at = (moment: Pair['moment']) => (statement: RecordedStatement) => ({
      statement,
      place: statements.indexOf(statement),
      transaction: statement.transaction,
      commit,
      isLastCommit,
      moment,
    });
    return [
      ...statements.map(at('before')),
      ...statements.filter(({ mayLock }) => mayLock).map(at('during')),
    ];
  });
}

async function recordAlone<World>(
  name: string,
  prepare: () => Promise<World>,
  work: (world: World) => Promise<unknown>,
): Promise<Recording> {
  const world = await prepare();
  const { statements, outcome } = await record(() => work(world));
  if (outcome.status === 'rejected') {
    const cause: unknown = outcome.reason;
    throw new Error(`${name} fails alone: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
  return statements;
}

function prepareSome<World>(prepare: () => Promise<World>, needed: number): Promise<World[]> {
  return Promise.all(Array.from({ length: Math.min(preparedAtOnce, needed) }, prepare));
}
