import { eventually, ScriptedBroker } from '@tidemark/test-servers';
import { BrokerConnection } from '../broker/broker-connection';
import { topologyNames } from '../broker/topology';
import { InMemoryLog } from '../events/in-memory-log.fixture';
import { RelayGroup } from '../events/relay-group';
import { InMemoryGroup } from '../leases/in-memory-group.fixture';
import { testKeys } from '../signing/test-keys.fixture';
import { withoutRelaySafeguard, type RelaySafeguard } from './relay-safeguards.fixture';

jest.setTimeout(30_000);

const WINDOW = 10;
const EVENTS = 40;

interface Story {
  /** Positions in the order in which the broker got them, including refused messages. */
  readonly arrivals: readonly number[];
  /** Positions that the relay counts as published although the broker does not have them. */
  readonly lost: readonly number[];
}

/** Relays 40 events in windows of 10. The broker refuses each event of `refused` once. */
async function relayWhileRefused(refused: readonly number[], missing?: RelaySafeguard): Promise<Story> {
  const peer = await ScriptedBroker.start();
  const arrivals: number[] = [];
  const toRefuse = new Set(refused);
  peer.follow((method, session) => {
    if (method.name !== 'BasicPublish') {
      return false;
    }
    const { position } = JSON.parse(method.message!.content.toString()) as { position: number };
    arrivals.push(position);
    const isRefused = toRefuse.delete(position);
    if (isRefused) {
      session.nack(method);
    }
    return isRefused;
  });
  const log = new InMemoryLog();
  const store = new InMemoryGroup();
  const broker = new BrokerConnection({ url: peer.url });
  const neverWritten = () => Promise.resolve();
  const ports = withoutRelaySafeguard({ log, store, broker }, neverWritten, missing);
  log.append(0, EVENTS);
  const relay = new RelayGroup({
    ...ports,
    keys: testKeys,
    partitions: 1,
    prefix: 'test',
    groups: ['group'],
    windowSize: WINDOW,
    minBackoffMs: 1,
    maxBackoffMs: 5,
  });
  relay.start();
  try {
    await eventually(async () => expect((await store.loadCheckpoint(0))?.position).toBe(EVENTS));
    const queue = topologyNames('test').eventQueue('group', 0);
    const held = peer.queues
      .ready(queue)
      .map(({ content }) => (JSON.parse(content.toString()) as { position: number }).position);
    const all = Array.from({ length: EVENTS }, (_, index) => index + 1);
    return { arrivals, lost: all.filter((position) => !held.includes(position)) };
  } finally {
    await relay.stop();
    await broker.close();
    await peer.close();
  }
}

/** Positions that the broker got before it had all of the earlier windows. */
function outOfOrder({ arrivals }: Story, refused: readonly number[]): readonly number[] {
  const toRefuse = new Set(refused);
  const taken = new Set<number>();
  return arrivals.filter((position) => {
    const windowStart = Math.floor((position - 1) / WINDOW) * WINDOW;
    const isEarly = Array.from({ length: windowStart }, (_, index) => index + 1).some(
      (each) => !taken.has(each),
    );
    if (!toRefuse.delete(position)) {
      taken.add(position);
    }
    return isEarly;
  });
}

describe('a refused message', () => {
  it.each([
    [[1]],
    [[5]],
    [[10]],
    [[4, 7, 11, 20, 40]],
    [Array.from({ length: EVENTS }, (_, index) => index + 1)],
  ])('is sent again before any event of a later window: %j', async (refused) => {
    const story = await relayWhileRefused(refused);
    expect(story.lost).toEqual([]);
    expect(outOfOrder(story, refused)).toEqual([]);
  });

  it('is lost when a refusal counts as a confirm', async () => {
    expect((await relayWhileRefused([5, 23], 'refusals')).lost).toEqual([5, 23]);
  });
});
