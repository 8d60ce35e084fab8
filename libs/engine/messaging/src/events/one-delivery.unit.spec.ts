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

describe('the delivery of a group', () => {
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
  ])('of %s is refused to %s, until every partition is released', async (owner, other, message) => {
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

  it('is waited for, as long as the lease of an ended replica may last', async () => {
    const store = new InMemoryGroup();
    const lease = await store.acquire(0, byLog);
    const required = require(store, plain);
    await store.release(lease);
    await required;
  });
});
