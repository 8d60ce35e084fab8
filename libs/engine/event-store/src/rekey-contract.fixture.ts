import type { DomainEvent, EventEnvelope } from '@tidemark/kernel';
import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { collect, command, counted, request, type CounterEvent } from './contract-suite/counter';
import type { EventStoreBed } from './contract-suite/event-store-bed';
import { rekey, type RekeyedAppend } from './rekey';

/** A change of any counter, in the stream of its size. All counters of a size share a partition. */
function noteOf(event: EventEnvelope<CounterEvent>, kind: string): RekeyedAppend {
  const aggregateId = `${kind}-${event.data.by}`;
  const note: DomainEvent = { type: 'Noted', data: { note: `${event.partition}:${event.position}` } };
  return { streamType: 'Size', aggregateId, partitionKey: aggregateId, events: [note] };
}

/** Events under another partition key, each once and in order, however they are delivered. */
export function describeRekeying(adapter: string, open: () => Promise<EventStoreBed>): void {
  describe(`rekeying on ${adapter}`, () => {
    let opened: EventStoreBed;

    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened.close());

    rekeysEvents(() => opened);
  });
}

function rekeysEvents(bed: () => EventStoreBed): void {
  /** New events in several partitions, in the order of each partition. */
  async function countIn(keys: readonly string[], sizes: readonly number[]): Promise<EventEnvelope[][]> {
    const heads = await bed().store.heads();
    const streams = new Map(keys.map((key) => [key, randomUUID()]));
    for (const [index, size] of sizes.entries()) {
      const key = keys[index % keys.length]!;
      const aggregateId = streams.get(key)!;
      const counting = {
        aggregateId,
        partitionKey: key,
        expectedVersion: 'any',
        events: [counted(size)],
      } as const;
      await bed().store.append(request({ ...counting, command: command({ correlationId: `of ${key}` }) }));
    }
    const partitions = await Promise.all(
      [...heads].map(async ([partition, head]) => [
        ...(await bed().store.readPartition(partition, head + 1, sizes.length)),
      ]),
    );
    return partitions.filter((events) => events.length > 0);
  }

  it('appends what an event becomes once, in the order of its partition, whoever repeats it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 2 }), { minLength: 4, maxLength: 12 }),
        fc.array(fc.nat(20), { minLength: 3, maxLength: 3 }),
        fc.scheduler(),
        async (sizes, deaths, scheduler) => {
          const name = randomUUID();
          const handle = rekey<CounterEvent>({
            store: bed().store,
            name,
            on: { Counted: (event) => [noteOf(event, name), noteOf(event, `again-${name}`)] },
          });
          const sources = await countIn(['a', 'b', 'c', 'd', 'e'], sizes);
          // Each partition is followed three times: some followers die, and the last one starts at the beginning.
          const followers = deaths.flatMap((death) => sources.map((events) => events.slice(0, death)));
          const follow = async (events: readonly EventEnvelope[]) => {
            for (const event of events) {
              await scheduler.schedule(Promise.resolve());
              await handle(event);
            }
          };
          await scheduler.waitFor(Promise.all([...followers, ...sources].map(follow)));
          for (const size of [1, 2]) {
            for (const kind of [name, `again-${name}`]) {
              const notes = await collect(bed().store.readStream(`Size-${kind}-${size}`));
              const found = notes.map(({ data }) => (data as { note: string }).note);
              for (const events of sources) {
                const [{ partition }] = events as [EventEnvelope];
                const expected = events
                  .filter(({ data }) => (data as { by: number }).by === size)
                  .map(({ position }) => `${partition}:${position}`);
                expect(found.filter((note) => note.startsWith(`${partition}:`))).toEqual(expected);
              }
            }
          }
        },
      ),
      { numRuns: 10 },
    );
  });

  it('names the event that caused it, and keeps the correlation', async () => {
    const name = randomUUID();
    const store = bed().store;
    const handle = rekey<CounterEvent>({ store, name, on: { Counted: (event) => [noteOf(event, name)] } });
    const [[source]] = (await countIn(['a'], [7])) as [[EventEnvelope]];
    await handle(source);
    const [note] = await collect(store.readStream(`Size-${name}-7`));
    expect(note).toMatchObject({
      correlationId: 'of a',
      metadata: { actor: `process:rekey-${name}`, causingEventId: source.eventId },
    });
  });

  it('repeats nothing after a change of the code, and ignores other events', async () => {
    const name = randomUUID();
    const store = bed().store;
    const before = rekey<CounterEvent>({ store, name, on: { Counted: (event) => [noteOf(event, name)] } });
    const after = rekey<CounterEvent>({
      store,
      name,
      on: { Counted: (event) => [noteOf(event, `changed-${name}`)] },
    });
    const [[source]] = (await countIn(['a'], [3])) as [[EventEnvelope]];
    await before(source);
    const heads = await store.heads();
    await after(source);
    await after({ ...source, type: 'Noted' });
    await rekey<CounterEvent>({ store, name: 'none', on: { Counted: () => [] } })(source);
    expect(await store.heads()).toEqual(heads);
  });
}
