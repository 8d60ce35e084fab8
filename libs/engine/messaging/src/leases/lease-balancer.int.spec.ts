import { createPool } from '@tidemark/postgres';
import { createTestDatabase, eventually, type TestDatabase } from '@tidemark/test-servers';
import type { Pool } from 'pg';
import type { Lease } from '../lease';
import type { GroupStore } from './group-store';
import { LeaseBalancer, type LeaseBalancerOptions } from './lease-balancer';
import { PostgresGroupStore } from './postgres-group-store';
import { groupStoreTables } from './postgres-group-store-tables';

let database: TestDatabase;
let pool: Pool;
let store: GroupStore;
let balancers: LeaseBalancer[];

beforeEach(async () => {
  database = await createTestDatabase();
  pool = createPool({ url: database.url, applicationName: 'lease-balancer' });
  await pool.query('CREATE SCHEMA messaging');
  await pool.query(groupStoreTables('messaging'));
  store = new PostgresGroupStore({ pool, schema: 'messaging', group: 'g' });
  balancers = [];
});
afterEach(async () => {
  await Promise.all(balancers.map((balancer) => balancer.stop()));
  await pool.end();
  await database.drop();
});

function startBalancer(owner: string, options: Partial<LeaseBalancerOptions> = {}): LeaseBalancer {
  const balancer = new LeaseBalancer({
    store,
    owner,
    partitions: 16,
    leaseMs: 600,
    onAcquired() {},
    onHandOver: () => Promise.resolve(),
    onLost() {},
    ...options,
  });
  balancers.push(balancer);
  balancer.start();
  return balancer;
}

type Method = (...args: unknown[]) => Promise<unknown>;

/** The store, with a test's function around each of its methods. */
function overridden(target: GroupStore, around: (method: Method) => Method): GroupStore {
  return new Proxy(target, {
    get: (_, key) => {
      const method = (target as unknown as Record<PropertyKey, Method>)[key]!;
      const bound = { [key]: (...args: unknown[]) => method.apply(target, args) }[key as string]!;
      return around(bound);
    },
  });
}

const sizes = () => balancers.map((balancer) => balancer.leases.length).sort();
const sum = (numbers: number[]) => numbers.reduce((total, next) => total + next, 0);

describe('LeaseBalancer', () => {
  it('gives every replica its share, and all partitions to the replicas that remain', async () => {
    startBalancer('a');
    await eventually(() => expect(sizes()).toEqual([16]));
    startBalancer('b');
    await eventually(() => expect(sizes()).toEqual([8, 8]));
    startBalancer('c');
    await eventually(() => {
      expect(Math.max(...sizes())).toBeLessThanOrEqual(6);
      expect(sum(sizes())).toBe(16);
    });
    await balancers[0]!.stop();
    await eventually(() => expect(sizes()).toEqual([0, 8, 8]));
  });

  it('gives a partition to another replica only after its owner has handed it over', async () => {
    const working = new Set<number>();
    let overlaps = 0;
    const callbacks = {
      // The lease is so long that it does not run out on a busy machine. A lost partition would not be handed over.
      leaseMs: 6_000,
      onAcquired({ partition }: Lease) {
        overlaps += working.has(partition) ? 1 : 0;
        working.add(partition);
      },
      async onHandOver({ partition }: Lease) {
        await pool.query('SELECT pg_sleep(0.05)');
        working.delete(partition);
      },
    };
    startBalancer('a', callbacks);
    await eventually(() => expect(sizes()).toEqual([16]));
    startBalancer('b', callbacks);
    await eventually(() => expect(sizes()).toEqual([8, 8]));
    await balancers[0]!.stop();
    await eventually(() => expect(sizes()).toEqual([0, 16]));
    expect(overlaps).toBe(0);
  });

  it('loses its leases by its own clock when the store does not answer', async () => {
    let silent = false;
    const lost: number[] = [];
    const silenced = new Proxy(store, {
      get: (target, key) =>
        silent
          ? () => new Promise(() => {})
          : (target as unknown as Record<PropertyKey, (...args: unknown[]) => unknown>)[key]!.bind(target),
    });
    startBalancer('a', { store: silenced, partitions: 2, onLost: ({ partition }) => lost.push(partition) });
    await eventually(() => expect(sizes()).toEqual([2]));
    silent = true;
    await eventually(() => expect(lost.sort()).toEqual([0, 1]));
    silent = false;
    await eventually(() => expect(sizes()).toEqual([2]));
  });

  it('works on a partition only once if a frozen store answers all requests at once', async () => {
    const waiting: (() => void)[] = [];
    let standsStill = false;
    let heartbeats = 0;
    let acquiring = 0;
    const slow: GroupStore = Object.assign(Object.create(store) as GroupStore, {
      async heartbeat(owner: string, ttlMs: number) {
        heartbeats += 1;
        if (standsStill) {
          await new Promise<void>((resolve) => waiting.push(resolve));
        }
        return store.heartbeat(owner, ttlMs);
      },
      renew: (leases: readonly Lease[], ttlMs: number) =>
        standsStill ? new Promise<never>(() => {}) : store.renew(leases, ttlMs),
      async acquire(partition: number, owner: string, ttlMs: number) {
        acquiring += 1;
        return store.acquire(partition, owner, ttlMs).finally(() => (acquiring -= 1));
      },
    });
    const working = new Set<number>();
    let twice = 0;
    startBalancer('a', {
      store: slow,
      onAcquired({ partition }) {
        twice += working.has(partition) ? 1 : 0;
        working.add(partition);
      },
      onLost: ({ partition }) => working.delete(partition),
    });
    await eventually(() => expect(sizes()).toEqual([16]));
    standsStill = true;
    heartbeats = 0;
    await eventually(() => expect([heartbeats >= 3, working.size]).toEqual([true, 0]));
    standsStill = false;
    waiting.forEach((answer) => answer());
    await eventually(() => expect([...sizes(), working.size, acquiring]).toEqual([16, 16, 0]));
    expect(twice).toBe(0);
    const held = [...balancers[0]!.leases].sort((a, b) => a.partition - b.partition);
    expect(held).toMatchObject(
      (await store.partitions()).map(({ partition, epoch }) => ({ partition, owner: 'a', epoch })),
    );
  });

  it("takes a dead owner's partitions at its first check after their leases ran out, within `leaseMs`", async () => {
    const leaseMs = 4_000;
    const ask = async (sql: string) => (await pool.query<{ ms: number }>(sql)).rows[0]!.ms;
    const ms = (time: string) => `SELECT extract(epoch FROM ${time})::float8 * 1000 AS ms`;
    const now = () => ask(ms('clock_timestamp()'));
    let isToDie = false;
    let died: { readonly at: number; readonly leasesEnd: number } | undefined;
    const mortal = overridden(store, (method) => async (...args) => {
      if (died) {
        return new Promise(() => {});
      }
      const answer = await method(...args);
      // A death right after a renewal is the worst case.
      if (method.name === 'renew' && isToDie) {
        const leasesEnd = `${ms('max(expires_at)')} FROM messaging.consumer_leases WHERE owner = 'mortal'`;
        died = { at: await now(), leasesEnd: await ask(leasesEnd) };
      }
      return answer;
    });
    const looks: number[] = [];
    const heir = overridden(store, (method) => async (...args) => {
      if (method.name === 'partitions' && died && (await now()) > died.leasesEnd) {
        looks.push(looks.length);
      }
      return method(...args);
    });
    const taken: number[] = [];
    startBalancer('mortal', { store: mortal, leaseMs });
    startBalancer('heir', {
      store: heir,
      leaseMs,
      onAcquired: () => void (isToDie && taken.push(looks.length)),
    });
    await eventually(() => expect(sizes()).toEqual([8, 8]));
    isToDie = true;
    await eventually(() => expect(taken.length).toBeGreaterThanOrEqual(8));
    expect(Math.max(...taken.slice(0, 8))).toBeLessThanOrEqual(1);
    // The balancer looks ten times in `leaseMs`.
    expect(died!.leasesEnd - died!.at).toBeLessThanOrEqual(0.9 * leaseMs);
  });

  it('loses a lease that the store does not renew, and takes the partition again with a higher epoch', async () => {
    const epochs: number[] = [];
    const lost: Lease[] = [];
    startBalancer('a', {
      partitions: 1,
      onAcquired: ({ epoch }) => epochs.push(epoch),
      onLost: (lease) => lost.push(lease),
    });
    await eventually(() => expect(epochs).toHaveLength(1));
    await pool.query(`UPDATE messaging.consumer_leases SET expires_at = clock_timestamp()`);
    await eventually(() => expect(lost).toHaveLength(1));
    await eventually(() => expect(epochs).toHaveLength(2));
    expect(epochs[1]).toBeGreaterThan(epochs[0]!);
  });

  it('refuses a lease duration that would look like a step of the clock', () => {
    expect(() => startBalancer('a', { leaseMs: 300_001 })).toThrow(RangeError);
  });

  it("gives back a partition that it can't work on", async () => {
    const acquired: Lease[] = [];
    const balancer = startBalancer('a', { partitions: 1, onAcquired: (lease) => acquired.push(lease) });
    await eventually(() => expect(acquired).toHaveLength(1));
    await balancer.giveUp(acquired[0]!);
    await eventually(() => expect(acquired).toHaveLength(2));
    await balancer.giveUp(acquired[0]!);
    expect(balancer.leases).toEqual([acquired[1]]);
  });
});
