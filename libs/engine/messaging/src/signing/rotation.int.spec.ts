import { eventually } from '@tidemark/test-servers';
import { topologyNames } from '../broker/topology';
import { BrokerDelivery } from '../events/broker-delivery';
import { ConsumerGroup } from '../events/consumer-group';
import { countedCodec, InMemoryLog } from '../events/in-memory-log.fixture';
import { RecordingHandler } from '../events/recording-handler.fixture';
import { RelayGroup } from '../events/relay-group';
import { createTestBed, type TestBed } from '../events/test-bed.fixture';
import { LiveKeys } from './live-keys.fixture';
import { testKey } from './test-keys.fixture';

const NEVER_MS = 3_600_000;
const oldKey = testKey('relay', { id: 'old' });
const newKey = testKey('relay', { id: 'new', notBeforeMs: 1, secret: testKey('another').secret });

let bed: TestBed;
let log: InMemoryLog;
let relay: RelayGroup;
let group: ConsumerGroup;
let handler: RecordingHandler;
const signer = new LiveKeys();
const verifier = new LiveKeys(oldKey);
const notDelivered: unknown[] = [];

beforeAll(async () => {
  bed = await createTestBed();
  log = new InMemoryLog();
  const common = {
    broker: bed.broker,
    prefix: bed.prefix,
    log,
    partitions: 1,
    minBackoffMs: 5,
    maxBackoffMs: 20,
  };
  relay = new RelayGroup({
    ...common,
    keys: signer.messageKeys,
    store: bed.store('relay'),
    groups: ['projections'],
    pollIntervalMs: 20,
  });
  const store = bed.store('projections');
  handler = new RecordingHandler(store, bed.parked('projections'));
  group = new ConsumerGroup({
    ...common,
    delivery: new BrokerDelivery({ ...common, keys: verifier.messageKeys }),
    group: 'projections',
    store,
    parked: bed.parked('projections'),
    codec: countedCodec,
    handler,
    idleCheckMs: NEVER_MS,
    hooks: {
      onRefused: (reason) => void notDelivered.push(reason),
      onHealed: (_, count) => void notDelivered.push(count),
    },
  });
  relay.start();
  group.start();
  const queue = topologyNames(bed.prefix).eventQueue('projections', 0);
  await eventually(async () => expect((await bed.inspect(queue))?.consumers).toBe(1));
});
afterAll(async () => {
  await Promise.all([relay.stop(), group.stop()]);
  await bed.dispose();
});

async function expectDelivered(count: number): Promise<void> {
  log.append(0, count);
  const head = (await log.heads()).get(0)!;
  await eventually(() => expect(handler.positions(0)).toHaveLength(head));
}

it('without a key, the relay waits and reports the reason, until its file has a key', async () => {
  log.append(0, 3);
  await eventually(() => expect(relay.errorCode).toBe('no_signing_key'));
  signer.hold(oldKey);
  await eventually(() => expect(handler.positions(0)).toEqual([1, 2, 3]));
  await eventually(() => expect(relay.errorCode).toBeUndefined());
});

it('while two keys are valid, the switch from one to the other needs no restart and loses no message', async () => {
  await expectDelivered(10);
  verifier.hold(oldKey, newKey);
  await expectDelivered(10);
  signer.hold(oldKey, newKey);
  await expectDelivered(10);
  verifier.hold(newKey);
  await expectDelivered(10);
  signer.hold(newKey);
  await expectDelivered(10);
  expect(notDelivered).toEqual([]);
});
