import { MixedDeliveryError } from '../errors';
import { InMemoryGroup } from '../leases/in-memory-group.fixture';
import { ownerName, requireSameDelivery } from './one-delivery';

const plain = ownerName('a', 'rabbitmq');
const byLog = ownerName('b', 'log');

function require(store: InMemoryGroup, owner: string): Promise<void> {
  return requireSameDelivery({
    store,
    group: 'fulfilment',
    owner,
    leaseMs: 20,
    signal: new AbortController().signal,
  });
}

describe('a group with one delivery', () => {
  it.each([
    [
      plain,
      byLog,
      'the group fulfilment has DELIVERY=rabbitmq (replica a), but this replica has DELIVERY=log',
    ],
    [
      byLog,
      plain,
      'the group fulfilment has DELIVERY=log (replica b@log), but this replica has DELIVERY=rabbitmq',
    ],
  ])('owned by %s refuses %s, until every partition is released', async (owner, other, message) => {
    const store = new InMemoryGroup();
    const leases = [await store.acquire(0, owner), await store.acquire(1, owner)];
    await expect(require(store, other)).rejects.toThrow(MixedDeliveryError);
    await expect(require(store, other)).rejects.toThrow(message);
    await require(store, owner);
    await store.release(leases[0]!);
    await expect(require(store, other)).rejects.toThrow(MixedDeliveryError);
    await store.release(leases[1]!);
    await require(store, other);
  });

  it('waits for the leases of ended replicas before it refuses another delivery', async () => {
    const store = new InMemoryGroup();
    const lease = await store.acquire(0, byLog);
    const required = require(store, plain);
    await store.release(lease);
    await required;
  });
});
