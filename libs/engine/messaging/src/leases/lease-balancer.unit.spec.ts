import type { Lease } from '../lease';
import type { GroupStore } from './group-store';
import { LeaseBalancer } from './lease-balancer';

const lease: Lease = { partition: 0, owner: 'a', epoch: 1 };

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

describe('a renewal that is answered after a later one', () => {
  it('does not take the lease away', async () => {
    const answers: (() => void)[] = [];
    const store = {
      heartbeat: () => Promise.resolve(['a']),
      leave: () => Promise.resolve(),
      partitions: () => Promise.resolve([]),
      acquire: () => Promise.resolve(lease),
      release: () => Promise.resolve(),
      renew: () => new Promise((resolve) => answers.push(() => resolve(new Set([0])))),
    } as unknown as GroupStore;
    const lost: Lease[] = [];
    let finish = () => {};
    const balancer = new LeaseBalancer({
      store,
      owner: 'a',
      partitions: 1,
      leaseMs: 10_000,
      onAcquired() {},
      onHandOver: () => new Promise<void>((resolve) => (finish = resolve)),
      onLost: (one) => lost.push(one),
    });
    balancer.start();
    await jest.advanceTimersByTimeAsync(1);
    // While it hands over, it requests a renewal every 2.7 s, even if the previous one has no answer yet.
    const stopped = balancer.stop();
    await jest.advanceTimersByTimeAsync(3_000);
    const [first] = answers.splice(0);
    for (let elapsedMs = 0; elapsedMs < 9_000; elapsedMs += 1_000) {
      await jest.advanceTimersByTimeAsync(1_000);
      answers.splice(0).forEach((answer) => answer());
    }
    first!();
    await jest.advanceTimersByTimeAsync(100);
    expect(lost).toEqual([]);
    expect(balancer.leases).toEqual([lease]);
    finish();
    await stopped;
    expect(balancer.leases).toEqual([]);
  });
});
