import { createPool } from '@tidemark/postgres';
import { tapStatements, walkInterleavings, type Outcomes, type WalkReport } from '@tidemark/test-servers';
import { isDeepStrictEqual } from 'node:util';
import type { Pool, PoolClient, QueryConfig } from 'pg';
import { startProcessBed, type ProcessBed } from '../process-bed.fixture';
import {
  acts,
  leftOf,
  makeWorld,
  type Act,
  type ActName,
  type Left,
  type World,
} from './parcel-world.fixture';

let bed: ProcessBed;
let here: Pool;
let there: Pool;

const open = (applicationName: string) => createPool({ url: bed.databaseUrl, applicationName });

beforeAll(async () => {
  bed = await startProcessBed();
  [here, there] = [open('here'), open('there')];
  [here, there].forEach(tapStatements);
});
afterAll(async () => {
  await Promise.all([here.end(), there.end()]);
  await bed.stop();
});

type Pair = readonly [work: Act, rival: Act];

/** The answers to both acts, and the rows and messages that they left. */
async function resultOf(world: World, [work, rival]: Pair, outcomes: Outcomes): Promise<Left> {
  for (const act of [work, rival].filter(({ isPolled }) => isPolled)) {
    await act.run(world, world.here);
  }
  const told = (act: Act, outcome: PromiseSettledResult<unknown>) =>
    outcome.status === 'rejected'
      ? String((outcome.reason as { readonly code?: unknown }).code ?? outcome.reason)
      : !act.isPolled && outcome.value;
  return {
    told: [told(work, outcomes.work), told(rival, outcomes.rival)],
    ...(await leftOf(bed.admin, world)),
  };
}

/** The results of running the two acts in sequence, in both orders. */
async function oneAfterTheOther(prepare: () => Promise<World>, pair: Pair): Promise<readonly Left[]> {
  const settled = async (work: Promise<unknown>) => (await Promise.allSettled([work]))[0];
  const [one, other] = [await prepare(), await prepare()];
  const workFirst = await settled(pair[0].run(one, one.here));
  const rivalSecond = await settled(pair[1].run(one, one.there));
  const rivalFirst = await settled(pair[1].run(other, other.there));
  const workSecond = await settled(pair[0].run(other, other.here));
  return [
    await resultOf(one, pair, { work: workFirst, rival: rivalSecond }),
    await resultOf(other, pair, { work: workSecond, rival: rivalFirst }),
  ];
}

/** The differences between a result and the closest sequential result. */
function differencesOf(result: Left, orders: readonly Left[]): readonly string[] {
  const [closest = []] = orders
    .map((left) =>
      Object.keys(left)
        .filter((key) => !isDeepStrictEqual(result[key], left[key]))
        .map((key) => `${key} ${JSON.stringify(result[key])} in place of ${JSON.stringify(left[key])}`),
    )
    .sort((a, b) => a.length - b.length);
  return closest;
}

function walk(
  before: readonly ActName[],
  work: ActName,
  rivals: readonly ActName[],
  workOn = here,
): Promise<WalkReport> {
  const prepare = () =>
    makeWorld(
      workOn,
      there,
      before.map((name) => acts[name]),
    );
  const allowed = new Map<string, Promise<readonly Left[]>>();
  return walkInterleavings<World>(
    {
      name: work,
      prepare,
      work: (world) => acts[work].run(world, world.here),
      rivals: Object.fromEntries(
        rivals.map((rival) => [rival, (world: World) => acts[rival].run(world, world.there)]),
      ),
      faultsOf: async (world, outcomes, rival) => {
        const pair: Pair = [acts[work], acts[rival as ActName]];
        const orders = allowed.get(rival) ?? oneAfterTheOther(prepare, pair);
        allowed.set(rival, orders);
        return differencesOf(await resultOf(world, pair, outcomes), await orders);
      },
    },
    { server: bed.admin },
  );
}

const sent = ['order', 'dispatch', 'were sent often'] as const;
const unanswered = [...sent, 'give up unanswered'] as const;

it.each<[ActName, readonly ActName[], readonly ActName[]]>([
  ['order', [], ['order, by a successor', 'packed', 'collected early']],
  ['collected early', [], ['order']],
  ['packed', sent, ['delayed', 'lost', 'timers', 'give up unanswered', 'dispatch', 'skip']],
  ['packed', unanswered, ['retry', 'skip', 'force compensation']],
  ['timers', sent, ['timers', 'packed', 'delayed', 'give up unanswered', 'dispatch']],
  ['give up unanswered', sent, ['give up unanswered', 'packed', 'timers', 'dispatch']],
  ['dispatch', ['order'], ['dispatch', 'packed', 'give up unanswered', 'lost']],
  ['dispatch', unanswered, ['retry', 'skip']],
  ['retry', unanswered, ['retry', 'packed', 'skip', 'give up unanswered', 'dispatch']],
  ['skip', unanswered, ['skip', 'packed', 'retry', 'timers']],
  ['force compensation', [...sent, 'packed'], ['force compensation', 'collected', 'give up unanswered']],
  ['found', [...sent, 'delayed'], ['packed', 'retry', 'timers']],
])('%s after %j has the same result as both in sequence', async (work, before, rivals) => {
  const { failures, courses } = await walk(before, work, rivals);
  expect(failures).toEqual([]);
  expect(courses.played).toBeGreaterThan(0);
});

/** A planted fault: instances are read without locks. */
function withoutLocks(pool: Pool): Pool {
  return pool.on('connect', (client: PoolClient) => {
    const query = client.query.bind(client) as (statement: QueryConfig, ...others: unknown[]) => unknown;
    const unlocked = ({ name, text, ...statement }: QueryConfig, ...others: unknown[]) =>
      query({ ...statement, name, text: text.replace(/FOR UPDATE/, '') }, ...others);
    client.query = ((statement: QueryConfig | string, ...others: unknown[]) =>
      typeof statement !== 'string' && statement.name === 'tidemark-process-lock-instances'
        ? unlocked(statement, ...others)
        : query(statement as QueryConfig, ...others)) as PoolClient['query'];
  });
}

it('the walk finds instances that are not locked', async () => {
  const pool = withoutLocks(open('unlocked'));
  tapStatements(pool);
  const { failures } = await walk(sent, 'packed', ['delayed'], pool);
  expect(failures).toContainEqual(
    expect.stringMatching(
      /^packed \/ delayed: COMMIT commits before tidemark-process-outstanding: .* in place of/,
    ),
  );
  await pool.end();
});
