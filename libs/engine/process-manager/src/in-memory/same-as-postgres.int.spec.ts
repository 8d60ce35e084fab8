import type { EventEnvelope } from '@tidemark/kernel';
import fc from 'fast-check';
import { postgresOutbox, type CommandOutbox } from '../command-outbox';
import { parcelEvent, parcelProcess, type ParcelEvent } from '../parcel.fixture';
import { startProcessBed, type ProcessBed } from '../process-bed.fixture';
import type { ProcessEngine } from '../process-engine';
import { ProcessReader } from '../process-reader';
import { InMemoryProcess } from './in-memory-process';
import { InMemoryProcessEngine } from './in-memory-process-engine';
import { InMemoryProcessReader } from './in-memory-process-reader';

type Engine = Pick<
  ProcessEngine,
  'handle' | 'fireTimers' | 'giveUpUnanswered' | 'retry' | 'skip' | 'forceCompensate'
>;

/** One of the two implementations. */
interface Side {
  readonly engine: Engine;
  readonly reader: Pick<ProcessReader, 'page' | 'tell' | 'figures'>;
  readonly outbox: CommandOutbox;
  handle(event: EventEnvelope, after: number): Promise<void>;
}

const past = '2010-12-01T08:00:00.000Z';
const future = '2999-01-01T00:00:00.000Z';
const ids = ['p1', 'p2'];

type Event = {
  readonly type: ParcelEvent['type'];
  readonly id: string;
  readonly at: string;
  readonly answers: string;
  readonly weight: number;
};
type Act =
  | { readonly event: Event }
  | { readonly person: 'retry' | 'skip' | 'forceCompensate'; readonly id: string }
  | { readonly send: number }
  | 'fire timers'
  | 'give up';

const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      event: fc.record({
        type: fc.constantFrom<ParcelEvent['type'][]>(
          'ParcelOrdered',
          'ParcelPacked',
          'ParcelCollected',
          'ParcelLost',
          'ParcelReturned',
          'ParcelDelayed',
          'ParcelFound',
        ),
        id: fc.constantFrom(...ids),
        at: fc.constantFrom(past, future),
        answers: fc.constantFrom('', 'pack', 'collect', 'remind'),
        weight: fc.constantFrom(-1, 3),
      }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      person: fc.constantFrom<('retry' | 'skip' | 'forceCompensate')[]>('retry', 'skip', 'forceCompensate'),
      id: fc.constantFrom(...ids),
    }),
  },
  { weight: 3, arbitrary: fc.record({ send: fc.constantFrom(1, 2, 9) }) },
  { weight: 2, arbitrary: fc.constantFrom<Act[]>('fire timers', 'give up') },
);

describe('a process in memory', () => {
  let bed: ProcessBed;

  beforeAll(async () => {
    bed = await startProcessBed();
  });
  afterAll(() => bed.stop());

  async function inPostgres(): Promise<Side> {
    await bed.reset();
    const giveUpAfterMs = 0;
    const engine = bed.engine({ giveUpAfterMs });
    const lease = await bed.lease(0);
    return {
      engine,
      reader: new ProcessReader({ pool: bed.pool, process: 'parcel', giveUpAfterMs }),
      outbox: postgresOutbox(bed.pool, 'parcel'),
      handle: (event) => bed.deliver(engine, lease, event),
    };
  }

  async function inMemory(): Promise<Side> {
    const tables = new InMemoryProcess({ giveUpAfterMs: 0 });
    const engine = new InMemoryProcessEngine({ tables, definitions: [parcelProcess()] });
    const lease = (await tables.group.acquire(0, 'test', 60_000))!;
    return {
      engine,
      reader: new InMemoryProcessReader(tables),
      outbox: tables.outbox,
      handle: async (event, after) => {
        const to = { position: event.position, eventId: event.eventId };
        const batch = { lease, after: { position: after }, to, events: [event] };
        await engine.handle(batch, new AbortController().signal);
      },
    };
  }

  /** What the act returns or throws. Times of the database's clock are left out. */
  async function outcomeOf({ engine, outbox, handle }: Side, one: Act, position: number): Promise<unknown> {
    try {
      if (one === 'fire timers') {
        return await engine.fireTimers(9);
      }
      if (one === 'give up') {
        return await engine.giveUpUnanswered(9);
      }
      if ('send' in one) {
        // Every command is due again at once.
        const wait = { firstResendMs: -1, maxResendMs: -1 };
        const sent = await outbox.claim({ limit: one.send, withoutStreamTypes: [], ...wait });
        return sent.map(({ command_id, envelope, attempts }) => [command_id, envelope, attempts]).sort();
      }
      if ('person' in one) {
        return await engine[one.person](one.id, { actor: 'ann', reason: 'because' });
      }
      const { id, type, answers, ...options } = one.event;
      const answered = answers === '' ? {} : { answers };
      await handle(parcelEvent(id, type, { position, ...answered, ...options }), position - 1);
      return 'handled';
    } catch (error) {
      return String(error);
    }
  }

  async function stateOf({ reader }: Side): Promise<unknown> {
    const page = await reader.page({ limit: 9 });
    const stories = await reader.tell(page.map(({ instance }) => instance));
    const { unfinished, outstandingCommands, timersDue } = await reader.figures();
    const shown = stories.map(({ instance, timers, outstanding, history }) => ({
      instance,
      timers,
      outstanding: outstanding.map(({ step }) => step).sort(),
      history: history.map(({ at, ...entry }) => ({ ...entry, at: entry.eventId && at })),
    }));
    return {
      stories: shown.sort((a, b) => (a.instance.instanceId < b.instance.instanceId ? -1 : 1)),
      unfinished: Object.entries(unfinished)
        .map(([status, figures]) => `${status}: ${figures?.count}`)
        .sort(),
      outstandingCommands,
      timersDue,
    };
  }

  it('does what a process in Postgres does, whatever happens to it', async () => {
    let acts = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(act, { maxLength: 20, size: 'max' }), async (story) => {
        const sides = [await inPostgres(), await inMemory()] as const;
        let position = 0;
        for (const one of story) {
          const next = position + 1;
          const [expected, actual] = await Promise.all(sides.map((side) => outcomeOf(side, one, next)));
          expect(actual).toEqual(expected);
          position = expected === 'handled' ? next : position;
          const [there, here] = await Promise.all(sides.map(stateOf));
          expect(here).toEqual(there);
          acts += 1;
        }
      }),
      { numRuns: 60 },
    );
    expect(acts).toBeGreaterThan(100);
  });
});
