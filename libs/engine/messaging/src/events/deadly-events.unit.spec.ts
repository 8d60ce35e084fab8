import fc from 'fast-check';
import { ParkedWork } from '../parked/parked-work';
import { MAX_PROCESS_ENDS, type Attempt } from './consumer-process.fixture';
import { ConsumerWorld, type ConsumerWorldOptions } from './consumer-world.fixture';

const STREAMS = ['A', 'B', 'C'];
const HEAD = 12;
const PROCESSES = 5;

/** A process takes the partition, if it can, and works for a while. */
interface Turn {
  readonly process: number;
  /** Whether it takes the partition even while another owner holds it, as after a step of the clock. */
  readonly byForce: boolean;
  readonly attempts: readonly Attempt[];
  readonly then: 'goes on' | 'is handed over' | 'is killed';
  /** How long the store is unavailable after the attempts. */
  readonly ticksAway: number;
  /** The time between the return of the store and the next turn. */
  readonly ticks: number;
  readonly request: 'retry' | 'discard' | undefined;
  /** Changes the state of a process after the attempts: it loses the store, reaches the store again, or thaws. */
  readonly contact?: { readonly process: number; readonly change: 'cut off' | 'reconnected' | 'thawed' };
}

interface Story {
  readonly deadly: readonly number[];
  readonly poison: readonly number[];
  readonly turns: readonly Turn[];
}

const process = fc.nat(PROCESSES - 1);
const rarely = <Value>(values: fc.Arbitrary<Value>) => fc.option(values, { freq: 6, nil: undefined });

function storyOf(
  attempts: readonly Attempt[],
  contact: fc.Arbitrary<Turn['contact']> = fc.constant(undefined),
): fc.Arbitrary<Story> {
  const turn = fc.record({
    process,
    byForce: fc.boolean(),
    attempts: fc.array(fc.constantFrom(...attempts), { minLength: 1, maxLength: 3 }),
    then: fc.oneof(
      { weight: 6, arbitrary: fc.constant('goes on' as const) },
      { weight: 1, arbitrary: fc.constantFrom('is handed over' as const, 'is killed' as const) },
    ),
    ticksAway: fc.constantFrom(0, 0, 1, 4, 9),
    ticks: fc.constantFrom(0, 0, 1, 12),
    request: rarely(fc.constantFrom('retry' as const, 'discard' as const)),
    contact,
  });
  return fc.record({
    deadly: fc.subarray([1, 6, 9], { maxLength: 2 }),
    poison: fc.subarray([2, 4], { maxLength: 1 }),
    turns: fc.array(turn, { maxLength: 16 }),
  });
}

/** Stories in which all live processes reach the store, or none does. */
const simpleStory = storyOf(['succeeds', 'fails', 'loses the store', 'loses the store', 'is killed']);
/** Stories in which single processes also freeze or are cut off from the store. */
const anyStory = storyOf(
  ['succeeds', 'fails', 'loses the store', 'is killed', 'freezes', 'freezes'],
  fc.option(fc.record({ process, change: fc.constantFrom('cut off', 'reconnected', 'thawed') }), {
    nil: undefined,
  }),
);

interface Told {
  readonly world: ConsumerWorld;
  /** Streams that were parked for a deadly event although fewer than `MAX_PROCESS_ENDS` processes had ended at it. */
  readonly wrongly: readonly string[];
  /** The number of processes that ended after all other faults were over, by the event's position. */
  readonly lateEnds: ReadonlyMap<number, number>;
}

async function tell(told: Story, options: ConsumerWorldOptions = {}): Promise<Told> {
  const world = new ConsumerWorld(options);
  const books = new ParkingBooks(world);
  const clock = jest.spyOn(performance, 'now').mockImplementation(() => world.nowMs);
  try {
    world.log.appendTo(0, ...Array.from({ length: HEAD }, (_, index) => STREAMS[index % STREAMS.length]!));
    told.deadly.forEach((position) => world.deadly.add(position));
    told.poison.forEach((position) => world.poison.add(position));
    Array.from({ length: PROCESSES }, () => world.start());
    for (const turn of told.turns) {
      await take(turn, world, () => books.balance());
    }
    const before = new Map(world.ends);
    await world.recover();
    await world.workOff(() => books.balance());
    const lateEnds = new Map(
      [...world.ends].map(([position, ends]) => [position, ends - (before.get(position) ?? 0)]),
    );
    return { world, wrongly: books.wrongly, lateEnds };
  } finally {
    clock.mockRestore();
  }
}

/** Compares the reason with the facts each time a stream is parked. */
class ParkingBooks {
  readonly wrongly: string[] = [];
  private readonly parked = new Map<string, number>();

  constructor(private readonly world: ConsumerWorld) {}

  balance(): void {
    for (const { id, streamId, error, event, acts } of this.world.group.streams.values()) {
      const times = acts.filter(({ act: done }) => done === 'parked' || done === 'failed_again').length;
      const isNew = times > (this.parked.get(id) ?? 0);
      this.parked.set(id, times);
      const ends = this.world.unheardOf(event.position);
      if (isNew && error.code === 'handler_ended_process' && ends < MAX_PROCESS_ENDS) {
        this.wrongly.push(`${streamId} at ${event.position}, where ${ends} processes ended`);
      }
    }
  }
}

async function take(turn: Turn, world: ConsumerWorld, afterEach: () => void): Promise<void> {
  const process = world.processes[turn.process]!;
  await world.acquire(process, turn.byForce);
  for (const attempt of turn.attempts) {
    await process.step(attempt);
    afterEach();
  }
  if (turn.then === 'is killed') {
    process.kill();
  } else if (turn.then === 'is handed over') {
    await world.handOver();
  }
  if (turn.request) {
    const work = new ParkedWork({ store: world.group, log: world.log });
    const [stream] = await work.page({ limit: 1, status: 'PARKED' });
    await (stream && work.request(stream.id, turn.request, 'ann'));
  }
  if (turn.contact) {
    const { process: index, change } = turn.contact;
    world.processes[index]!.isCutOff = change === 'cut off';
    await (change === 'thawed' && world.processes[index]!.thaw());
  }
  world.isStoreAway ||= turn.ticksAway > 0;
  await world.tick(turn.ticksAway);
  world.isStoreAway = false;
  await world.tick(turn.ticks);
}

/** Expects each event's effect once and in order, without events that wait or were discarded. */
function expectEffects({ group, handled }: ConsumerWorld): void {
  for (const streamId of STREAMS) {
    const streams = [...group.streams.values()].filter((stream) => stream.streamId === streamId);
    const discarded = streams.flatMap((stream) => stream.discarded.map(({ position }) => position));
    const heldFrom = Math.min(
      ...streams.filter(({ status }) => status !== 'RESOLVED').map(({ event }) => event.position),
      HEAD + 1,
    );
    const expected = Array.from({ length: HEAD }, (_, index) => index + 1).filter(
      (position) =>
        STREAMS[(position - 1) % STREAMS.length] === streamId &&
        position < heldFrom &&
        !discarded.includes(position),
    );
    expect({ streamId, positions: handled.positionsOf(streamId) }).toEqual({ streamId, positions: expected });
  }
}

beforeAll(() => {
  // The handlers of ended processes never finish, and time-outs on them must not fire.
  jest.useFakeTimers({ doNotFake: ['performance', 'Date', 'nextTick', 'setImmediate', 'queueMicrotask'] });
});
afterAll(() => {
  jest.useRealTimers();
});

function worldOf(...streamIds: readonly string[]): ConsumerWorld {
  const world = new ConsumerWorld();
  world.log.appendTo(0, ...streamIds);
  jest.spyOn(performance, 'now').mockImplementation(() => world.nowMs);
  return world;
}

async function request(world: ConsumerWorld, request: 'retry' | 'discard'): Promise<void> {
  const work = new ParkedWork({ store: world.group, log: world.log });
  const [stream] = await work.page({ limit: 1 });
  expect(await work.request(stream!.id, request, 'ann')).toMatchObject({ streamId: stream!.streamId });
}

const streamsOf = (world: ConsumerWorld) => [...world.group.streams.values()];
const actsOf = (world: ConsumerWorld) => streamsOf(world)[0]!.acts.map(({ act }) => act);

/**
 * One process after another takes the partition, tries, and loses the partition together with the store. No process
 * ends.
 */
async function loseLeases(world: ConsumerWorld, times: number): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    const process = world.start();
    await world.acquire(process, true);
    await process.step('loses the store');
    world.isStoreAway = false;
  }
}

describe('an event that ends processes', () => {
  afterEach(() => jest.restoreAllMocks());

  it('is parked after it has ended the first owner and `maxProcessEnds` other processes', async () => {
    const world = worldOf('A', 'B', 'A', 'B', 'A', 'B');
    world.deadly.add(3);
    await world.workOff();
    expect(world.ends.get(3)).toBe(1 + MAX_PROCESS_ENDS);
    expect(world.handled.positions(0)).toEqual([1, 2, 4, 6]);
    expect(streamsOf(world)).toMatchObject([
      { streamId: 'A', event: { position: 3 }, error: { code: 'handler_ended_process' } },
    ]);
  });

  it('ends at most `maxProcessEnds` more processes after a retry, because earlier ends do not count', async () => {
    const world = worldOf('A');
    world.deadly.add(1);
    await world.workOff();
    await request(world, 'retry');
    await world.workOff();
    expect(world.ends.get(1)).toBe(1 + 2 * MAX_PROCESS_ENDS);
    expect(actsOf(world)).toEqual(['parked', 'retry_requested', 'failed_again']);
    world.deadly.clear();
    await request(world, 'retry');
    await world.workOff();
    expect(actsOf(world).slice(3)).toEqual(['retry_requested', 'retried']);
    expect(world.handled.positions(0)).toEqual([1]);
  });

  it('is found among the waiting events, and the events before it take effect', async () => {
    const world = worldOf('A', 'A', 'A', 'A');
    world.poison.add(1);
    await world.workOff();
    world.poison.clear();
    world.deadly.add(3);
    await request(world, 'retry');
    await world.workOff();
    expect(world.handled.positions(0)).toEqual([1, 2]);
    expect(streamsOf(world)).toMatchObject([
      { status: 'PARKED', event: { position: 3 }, error: { code: 'handler_ended_process' } },
    ]);
    expect(world.ends.get(3)).toBe(1 + MAX_PROCESS_ENDS);
  });

  it('can be discarded, and the events behind it take effect', async () => {
    const world = worldOf('A', 'A', 'B', 'A');
    world.deadly.add(1);
    await world.workOff();
    await request(world, 'discard');
    await world.workOff();
    expect(world.handled.positionsOf('A')).toEqual([2, 4]);
    expect(streamsOf(world)).toMatchObject([{ status: 'RESOLVED', discarded: [{ position: 1 }] }]);
  });

  it('may fail for another reason once it no longer ends processes', async () => {
    const world = worldOf('A', 'B', 'A');
    world.deadly.add(1);
    await world.workOff();
    world.deadly.clear();
    world.poison.add(1);
    await request(world, 'retry');
    await world.workOff();
    expect(streamsOf(world)).toMatchObject([{ status: 'PARKED', error: { code: 'RangeError' } }]);
    world.poison.clear();
    await request(world, 'retry');
    await world.workOff();
    expect(world.handled.positionsOf('A')).toEqual([1, 3]);
  });
});

describe('leases that run out while the environment fails', () => {
  afterEach(() => jest.restoreAllMocks());

  it('park no stream, however many there are', async () => {
    const world = worldOf('A', 'B');
    await loseLeases(world, 4 * MAX_PROCESS_ENDS);
    await world.workOff();
    expect(streamsOf(world)).toEqual([]);
    expect(world.handled.positions(0)).toEqual([1, 2]);
  });

  it('do not prevent a requested retry, however many there are', async () => {
    const world = worldOf('A', 'A');
    world.poison.add(1);
    await world.workOff();
    world.poison.clear();
    await request(world, 'retry');
    await loseLeases(world, 4 * MAX_PROCESS_ENDS);
    await world.workOff();
    expect(actsOf(world)).toEqual(['parked', 'retry_requested', 'retried']);
    expect(world.handled.positions(0)).toEqual([1, 2]);
  });

  it('delay the parking of an event that ends processes, but do not prevent it', async () => {
    const world = worldOf('A', 'B');
    world.deadly.add(1);
    await loseLeases(world, MAX_PROCESS_ENDS);
    await world.workOff();
    expect(streamsOf(world)).toMatchObject([
      { event: { position: 1 }, error: { code: 'handler_ended_process' } },
    ]);
    expect(world.ends.get(1)).toBeGreaterThanOrEqual(MAX_PROCESS_ENDS);
    expect(world.ends.get(1)).toBeLessThanOrEqual(1 + MAX_PROCESS_ENDS);
  });
});

describe('events that end processes, among other faults', () => {
  it('are parked as deadly only after `maxProcessEnds` processes have ended at them', async () => {
    await fc.assert(
      fc.asyncProperty(simpleStory, async (told) => {
        const { world, wrongly, lateEnds } = await tell(told);
        expect(wrongly).toEqual([]);
        expectEffects(world);
        expect(Math.max(0, ...lateEnds.values())).toBeLessThanOrEqual(MAX_PROCESS_ENDS + 1);
      }),
      { numRuns: 300 },
    );
  });

  it('are distinguished from processes that freeze or are cut off, as soon as these reach the store', async () => {
    await fc.assert(
      fc.asyncProperty(anyStory, async (told) => {
        const { world, wrongly, lateEnds } = await tell(told);
        expect(wrongly).toEqual([]);
        expectEffects(world);
        // A process that thaws may end in the attempt in which it froze.
        expect(Math.max(0, ...lateEnds.values())).toBeLessThanOrEqual(MAX_PROCESS_ENDS + 1 + PROCESSES);
      }),
      { numRuns: 300 },
    );
  });

  it.each<[string, ConsumerWorldOptions]>([
    ['a mark that is never taken back', { keepsMarks: true }],
    ['a successor that does not wait for other owners to take their marks back', { suspicionMs: 0 }],
  ])('would be confused with healthy events by %s', async (_, bug) => {
    const { failed } = await fc.check(
      fc.asyncProperty(simpleStory, async (told) => expect((await tell(told, bug)).wrongly).toEqual([])),
      { numRuns: 10_000, endOnFailure: true },
    );
    expect(failed).toBe(true);
  });
});
