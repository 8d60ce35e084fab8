import { defineEvent, EventCodec, type EventEnvelope, type EventFilter } from '@tidemark/kernel';
import { InMemoryEventStore, partitionOf } from '@tidemark/event-store';
import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { BrokerUnavailableError, LogDivergedError, SubscriptionMovedError } from '../errors';
import { describeSubscriptionCheckpoints } from '../subscriptions/subscription-checkpoints-contract';
import { InMemorySubscriptionCheckpoints } from '../subscriptions/in-memory-subscription-checkpoints';
import { subscribe } from '../subscriptions/subscribe';
import type { SubscribeOptions, SubscribedEvents } from '../subscriptions/subscription';

const PARTITIONS = 3;
const NEVER_MS = 3_600_000;
const types = ['Paid', 'Shipped'] as const;
const codec = new EventCodec(types.map((type) => defineEvent(type, z.object({ amount: z.int() }))));
const keys = Array.from({ length: PARTITIONS }, (_, partition) =>
  Array.from({ length: 100 }, (_key, number) => `k${number}`).find(
    (key) => partitionOf(key, PARTITIONS) === partition,
  )!,
);

describeSubscriptionCheckpoints('InMemorySubscriptionCheckpoints', () => {
  const checkpoints = new InMemorySubscriptionCheckpoints();
  return Promise.resolve({ checkpoints, other: new InMemorySubscriptionCheckpoints() });
});

let log: InMemoryEventStore;
let checkpoints: InMemorySubscriptionCheckpoints;

beforeEach(startAnew);

function startAnew(): void {
  log = new InMemoryEventStore({ codec, partitions: PARTITIONS });
  checkpoints = new InMemorySubscriptionCheckpoints();
}

async function append(partition: number, ...of: readonly (typeof types)[number][]): Promise<void> {
  for (const type of of) {
    await log.append({
      streamType: type === 'Paid' ? 'Payment' : 'Shipment',
      aggregateId: randomUUID(),
      partitionKey: keys[partition]!,
      expectedVersion: 'none',
      events: [{ type, data: { amount: 1 } }],
      command: { commandId: randomUUID(), commandHash: 'ab'.repeat(32), correlationId: 'c', actor: 'test' },
    });
  }
}

/** Notices come from this process's appends, unless one is lost. */
const wakeSource = { subscribe: (listener: (partition: number) => void) => log.onAppended(listener) };

function open(options: Partial<SubscribeOptions> = {}) {
  return subscribe({ log, codec, wakeSource, pollIntervalMs: NEVER_MS, ...options });
}

/** What the loop gets until it has caught up. */
async function untilCaughtUp(options: Partial<SubscribeOptions> = {}): Promise<SubscribedEvents[]> {
  const got: SubscribedEvents[] = [];
  for await (const item of open(options)) {
    if (item.kind === 'caughtUp') {
      break;
    }
    got.push(item);
  }
  return got;
}

const places = (events: readonly EventEnvelope[]) =>
  events.map(({ partition, position }) => `${partition}:${position}`);
const placesOf = (items: readonly SubscribedEvents[]) => places(items.flatMap(({ events }) => events));

describe('subscribe', () => {
  it('gives what the log holds, says when it has caught up, and then what is appended', async () => {
    await append(0, 'Paid', 'Shipped');
    await append(2, 'Paid');
    const stopping = new AbortController();
    const seen: string[] = [];
    for await (const item of open({ signal: stopping.signal })) {
      if (item.kind === 'caughtUp') {
        seen.push('caught up');
        void append(1, 'Shipped');
      } else {
        seen.push(...places(item.events));
        if (item.partition === 1) {
          stopping.abort();
        }
      }
    }
    expect(seen).toEqual(['0:1', '0:2', '2:1', 'caught up', '1:1']);
  });

  it('says again that it has caught up, after it fell behind by more than one read', async () => {
    const kinds: string[] = [];
    for await (const item of open({ batchSize: 2 })) {
      kinds.push(item.kind);
      if (kinds.length === 1) {
        await append(0, 'Paid', 'Paid', 'Paid');
      }
      if (kinds.length === 4) {
        break;
      }
    }
    expect(kinds).toEqual(['caughtUp', 'events', 'events', 'caughtUp']);
  });

  it('begins after what the log held when it was first opened, and remembers that', async () => {
    await append(0, 'Paid', 'Paid');
    expect(await untilCaughtUp({ from: 'now', checkpoints })).toEqual([]);
    await append(0, 'Paid');
    await append(1, 'Paid');
    expect(placesOf(await untilCaughtUp({ from: 'now', checkpoints }))).toEqual(['0:3', '1:1']);
  });

  it('begins after a position, and refuses one that the log has not reached', async () => {
    await append(0, 'Paid', 'Paid', 'Paid');
    await append(1, 'Paid');
    const after = (position: number) => ({ from: { after: new Map([[0, position]]) } });
    expect(placesOf(await untilCaughtUp(after(2)))).toEqual(['0:3', '1:1']);
    await expect(untilCaughtUp(after(4))).rejects.toThrow(LogDivergedError);
  });

  it('follows some partitions only, and refuses one that does not exist', async () => {
    await append(0, 'Paid');
    await append(1, 'Paid');
    expect(placesOf(await untilCaughtUp({ partitions: [1] }))).toEqual(['1:1']);
    await expect(untilCaughtUp({ partitions: [3] })).rejects.toThrow('partitions are 0 to 2');
    for (const empty of [{ partitions: [] }, { filter: { eventTypes: [] } }, { batchSize: 0 }]) {
      await expect(untilCaughtUp(empty)).rejects.toThrow(RangeError);
    }
  });

  it('gives what a filter lets through, and remembers how far it looked', async () => {
    const many = Array.from({ length: 1_100 }, () => 'Shipped' as const);
    await append(0, 'Paid', ...many);
    const filter = { eventTypes: ['Paid'] };
    expect(placesOf(await untilCaughtUp({ filter, checkpoints }))).toEqual(['0:1']);
    const saved = await checkpoints.load();
    expect(saved.get(0)).toMatchObject({ position: 1_101 });
    await append(0, 'Shipped', 'Paid');
    const scanned: number[] = [];
    const scan = log.scanPartition.bind(log);
    log.scanPartition = (partition, after, options) => {
      scanned.push(after);
      return scan(partition, after, options);
    };
    expect(placesOf(await untilCaughtUp({ filter, checkpoints, partitions: [0] }))).toEqual(['0:1103']);
    expect(scanned).toEqual([1_101]);
    expect(placesOf(await untilCaughtUp({ filter: { streamTypes: ['Payment'] }, partitions: [0] }))).toEqual([
      '0:1',
      '0:1103',
    ]);
  });

  it('holds one item: it reads nothing while the subscriber works', async () => {
    await append(0, 'Paid', 'Paid', 'Paid', 'Paid');
    let scans = 0;
    const scan = log.scanPartition.bind(log);
    log.scanPartition = (...args) => {
      scans += 1;
      return scan(...args);
    };
    const items = open({ batchSize: 2, partitions: [0] });
    expect((await items.next()).value).toMatchObject({ events: [{ position: 1 }, { position: 2 }] });
    await append(0, 'Paid');
    await new Promise(setImmediate);
    expect(scans).toBe(1);
    expect((await items.next()).value).toMatchObject({ events: [{ position: 3 }, { position: 4 }] });
    expect(scans).toBe(2);
    await items.return();
  });

  it('finds what nothing announced, also while another partition keeps it busy', async () => {
    const stopping = new AbortController();
    const quiet = { subscribe: () => () => {} };
    const seen = new Set<number>();
    for await (const item of open({ wakeSource: quiet, pollIntervalMs: 5, signal: stopping.signal })) {
      if (item.kind === 'caughtUp') {
        await append(0, 'Paid');
      } else {
        seen.add(item.partition);
        await append(0, 'Paid');
        if (seen.size === 1) {
          await append(1, 'Paid');
        } else {
          stopping.abort();
        }
      }
    }
    expect(seen).toEqual(new Set([0, 1]));
  });

  it('does not count an item as done when the loop is left during it', async () => {
    await append(0, 'Paid', 'Paid');
    const failing = async () => {
      for await (const item of open({ checkpoints })) {
        throw new Error(`can't take ${item.kind}`);
      }
    };
    await expect(failing()).rejects.toThrow("can't take events");
    expect((await checkpoints.load()).get(0)).toEqual({ position: 0 });
    expect(placesOf(await untilCaughtUp({ checkpoints }))).toEqual(['0:1', '0:2']);
    expect(placesOf(await untilCaughtUp({ checkpoints }))).toEqual([]);
  });

  it('ends the loop when it is stopped while it waits, and saves the item under way when stopped during it', async () => {
    const stopping = new AbortController();
    for await (const item of open({ signal: stopping.signal })) {
      expect(item.kind).toBe('caughtUp');
      setImmediate(() => stopping.abort());
    }
    await append(0, 'Paid', 'Paid');
    const during = new AbortController();
    for await (const item of open({ signal: during.signal, checkpoints, batchSize: 1 })) {
      expect(item).toMatchObject({ from: { position: 0 }, to: { position: 1 } });
      during.abort();
    }
    expect((await checkpoints.load()).get(0)).toMatchObject({ position: 1 });
  });

  it('stops when the log was restored to an earlier point', async () => {
    await append(0, 'Paid', 'Paid');
    await untilCaughtUp({ checkpoints });
    startAnewLog();
    await append(0, 'Paid', 'Paid', 'Paid');
    await expect(untilCaughtUp({ checkpoints })).rejects.toThrow(LogDivergedError);
  });

  it('notices that another process works on the same subscription', async () => {
    await append(0, 'Paid', 'Paid');
    const items = open({ checkpoints, batchSize: 1 });
    await items.next();
    await untilCaughtUp({ checkpoints });
    await expect(items.next()).rejects.toThrow(SubscriptionMovedError);
  });

  it('waits while the log or its checkpoints are unavailable', async () => {
    await append(0, 'Paid');
    await append(1, 'Paid');
    let faultsToCome = 3;
    const flaky = <Target extends object>(target: Target): Target =>
      new Proxy(target, {
        get: (of, key) => {
          const member = (of as Record<PropertyKey, unknown>)[key];
          return typeof member !== 'function'
            ? member
            : (...args: unknown[]) => {
                if (faultsToCome > 0) {
                  faultsToCome -= 1;
                  return Promise.reject(new BrokerUnavailableError('away'));
                }
                return (member as (...all: unknown[]) => unknown).apply(of, args);
              };
        },
      });
    const got: string[] = [];
    const backoff = { minBackoffMs: 1, maxBackoffMs: 1 };
    for await (const item of open({ log: flaky(log), checkpoints: flaky(checkpoints), ...backoff })) {
      expect(faultsToCome).toBe(0);
      if (item.kind === 'caughtUp') {
        break;
      }
      got.push(...places(item.events));
      faultsToCome = 3;
    }
    expect(got).toEqual(['0:1', '1:1']);
    expect((await checkpoints.load()).get(1)).toMatchObject({ position: 1 });
  });

  it('gives each event at least once, in order, however often it is interrupted; and once, with its effects', async () => {
    const step = fc.oneof(
      {
        weight: 4,
        arbitrary: fc.record({ append: fc.nat({ max: PARTITIONS - 1 }), type: fc.constantFrom(...types) }),
      },
      {
        weight: 1,
        arbitrary: fc.record({
          interruptedAfter: fc.nat({ max: 3 }),
          batchSize: fc.integer({ min: 1, max: 4 }),
        }),
      },
    );
    const filters = fc.constantFrom<EventFilter | undefined>(
      undefined,
      { eventTypes: ['Paid'] },
      { streamTypes: ['Shipment'] },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 40 }),
        filters,
        fc.boolean(),
        async (steps, filter, together) => {
          startAnew();
          const effects: EventEnvelope[] = [];
          const given: EventEnvelope[] = [];
          const run = async (interruptedAfter: number, batchSize: number) => {
            let items = 0;
            const savedBy = together ? 'subscriber' : 'subscription';
            for await (const item of open({ checkpoints, batchSize, savedBy, ...(filter && { filter }) })) {
              if (item.kind === 'caughtUp') {
                return;
              }
              given.push(...item.events);
              if (together) {
                if (items === interruptedAfter) {
                  return;
                }
                await checkpoints.save(item);
              }
              effects.push(...item.events);
              if (items === interruptedAfter) {
                return;
              }
              items += 1;
            }
          };
          for (const each of steps) {
            await ('append' in each
              ? append(each.append, each.type)
              : run(each.interruptedAfter, each.batchSize));
          }
          await run(Infinity, 3);
          for (let partition = 0; partition < PARTITIONS; partition += 1) {
            const expected = (await log.readPartition(partition, 1, 100)).filter(
              ({ type, streamType }) =>
                (filter?.eventTypes?.includes(type) ?? true) &&
                (filter?.streamTypes?.includes(streamType) ?? true),
            );
            const of = (events: readonly EventEnvelope[]) =>
              events.filter((event) => event.partition === partition);
            expect([...new Set(places(of(given)))]).toEqual(places(expected));
            if (together) {
              expect(places(of(effects))).toEqual(places(expected));
            } else {
              expect([...new Set(places(of(effects)))]).toEqual(places(expected));
            }
          }
        },
      ),
    );
  });
});

function startAnewLog(): void {
  log = new InMemoryEventStore({ codec, partitions: PARTITIONS });
}
