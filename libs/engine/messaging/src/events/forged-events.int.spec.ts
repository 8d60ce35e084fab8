import type { EventEnvelope } from '@tidemark/kernel';
import { eventually } from '@tidemark/test-servers';
import { setTimeout as delay } from 'node:timers/promises';
import type { OutgoingMessage } from '../broker/message';
import { topologyNames } from '../broker/topology';
import { forgeries, receiverKeys, type Forgery } from '../signing/forgeries.fixture';
import { testKey } from '../signing/test-keys.fixture';
import type { MessageRefusal } from '../signing/verify-message';
import { ConsumerGroup } from './consumer-group';
import { eventMessage } from './event-message';
import { countedCodec, countedEvent, InMemoryLog } from './in-memory-log.fixture';
import { RecordingHandler } from './recording-handler.fixture';
import { createTestBed, type TestBed } from './test-bed.fixture';

const relayKey = testKey('relay');
const [unsigned, ofUnknownKey] = forgeries as [Forgery, Forgery];

let bed: TestBed;
let log: InMemoryLog;
let handler: RecordingHandler;
let group: ConsumerGroup;
let refused: MessageRefusal[];
let failures: unknown[];

beforeAll(async () => {
  bed = await createTestBed();
  log = new InMemoryLog();
  refused = [];
  failures = [];
  const store = bed.store('projections');
  handler = new RecordingHandler(store, bed.parked('projections'));
  group = new ConsumerGroup({
    group: 'projections',
    partitions: 1,
    store,
    parked: bed.parked('projections'),
    log,
    codec: countedCodec,
    delivery: bed.brokerDelivery(receiverKeys),
    handler,
    idleCheckMs: 50,
    minBackoffMs: 10,
    maxBackoffMs: 100,
    hooks: {
      onRefused: (reason) => void refused.push(reason),
      onFailed: (_, error) => void failures.push(error),
    },
  });
  group.start();
  await eventually(async () => expect((await bed.inspect(queue()))?.consumers).toBe(1));
});
afterAll(async () => {
  await group.stop();
  await bed.dispose();
});

const queue = () => topologyNames(bed.prefix).eventQueue('projections', 0);
const head = async () => (await log.heads()).get(0) ?? 0;

function send({ exchange, routingKey, content, properties }: OutgoingMessage): void {
  bed.channel.publish(exchange, routingKey, content, properties);
}

/** An event that never happened, at this position. */
function forged(position: number, { forge }: Pick<Forgery, 'forge'>): OutgoingMessage {
  const event: EventEnvelope = { ...countedEvent(0, position), data: { number: 666 } };
  return forge(eventMessage(`${bed.prefix}.events`, event), relayKey);
}

/** Expects that exactly the events of the log have taken effect, and that no partition stalls. */
async function expectTheLogAlone(): Promise<void> {
  const stored = await log.readPartition(0, 1, 1_000);
  await eventually(() => expect(handler.applied.length).toBeGreaterThanOrEqual(stored.length));
  expect(handler.applied).toEqual(
    stored.map((event) => ({ ...event, data: countedCodec.decode(event).data })),
  );
  expect((await group.status())[0]).toMatchObject({ lag: 0, parked: 0 });
  expect((await group.status())[0]).not.toHaveProperty('error');
  expect(failures).toEqual([]);
}

describe('an event that is forged', () => {
  it.each(forgeries)(
    'has no effect and is counted, and the real event is read from the log: $name',
    async (forgery) => {
      log.append(0, 3);
      await expectTheLogAlone();
      refused.length = 0;
      const at = await head();
      const positions = [at - 1, at, at + 1, at + 2];
      positions.forEach((position) => send(forged(position, forgery)));
      await eventually(() => expect(refused).toEqual(positions.map(() => forgery.reason)));
      // The messages of these events never arrive: forged messages took their places.
      log.append(0, 2);
      await expectTheLogAlone();
    },
  );

  it("can't delay the comparison with the log by an endless flood", async () => {
    await expectTheLogAlone();
    const flooding = new AbortController();
    const flood = (async () => {
      while (!flooding.signal.aborted) {
        send(forged((await head()) + 1, unsigned));
        await delay(1);
      }
    })();
    try {
      log.append(0, 1);
      await expectTheLogAlone();
    } finally {
      flooding.abort();
      await flood;
    }
  });

  it('leaves neither a message in the queue nor a dead letter', async () => {
    // This message comes last, so all others have been received when it has.
    send(forged(1, ofUnknownKey));
    await eventually(() => expect(refused.at(-1)).toBe(ofUnknownKey.reason));
    expect(await bed.inspect(queue())).toEqual({ ready: 0, consumers: 1 });
    await group.stop();
    await eventually(async () => expect(await bed.inspect(queue())).toEqual({ ready: 0, consumers: 0 }));
    expect(await bed.drain(topologyNames(bed.prefix).deadQueue)).toEqual([]);
  });
});
