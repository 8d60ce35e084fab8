import type { Lease } from '../lease';
import { silentLogger } from '../logger';
import { InMemoryGroup } from './in-memory-group.fixture';
import { OwnedPartitions, type PartitionWorker } from './owned-partitions';

const HAND_OVER_MS = 5_000;

class RecordingWorker implements PartitionWorker {
  errorCode: string | undefined;
  readonly did: string[] = [];
  finish = () => {};

  constructor(
    readonly lease: Lease,
    readonly giveUp: () => void,
  ) {}

  start(): void {
    this.did.push('start');
  }

  async stop(graceMs: number): Promise<void> {
    this.did.push(`stop within ${graceMs} ms`);
    if (graceMs > 0) {
      await new Promise<void>((resolve) => (this.finish = resolve));
    }
    this.did.push('stopped');
  }
}

class RecordingGroup extends InMemoryGroup {
  readonly released: Lease[] = [];

  override async release(lease: Lease): Promise<void> {
    this.released.push(lease);
    await super.release(lease);
  }
}

let store: RecordingGroup;
let workers: RecordingWorker[];
let owned: OwnedPartitions<RecordingWorker>;

beforeEach(async () => {
  jest.useFakeTimers();
  store = new RecordingGroup();
  workers = [];
  owned = new OwnedPartitions({
    store,
    partitions: 2,
    handOverMs: HAND_OVER_MS,
    createWorker: (lease, giveUp) => {
      const worker = new RecordingWorker(lease, giveUp);
      workers.push(worker);
      return worker;
    },
    logger: silentLogger,
  });
  owned.start();
  await jest.advanceTimersByTimeAsync(1);
});
afterEach(() => jest.useRealTimers());

function workerOf(partition: number): RecordingWorker {
  return owned.workerOf(partition)!;
}

async function stop(): Promise<void> {
  const stopped = owned.stop();
  await jest.advanceTimersByTimeAsync(1);
  workers.forEach((worker) => worker.finish());
  await jest.advanceTimersByTimeAsync(2_000);
  await stopped;
}

describe('the partitions that a replica owns', () => {
  it('have a worker each, which starts with the lease', async () => {
    expect(workers.map(({ lease }) => lease.partition).sort()).toEqual([0, 1]);
    expect(workers.map(({ did }) => did)).toEqual([['start'], ['start']]);
    expect(new Set(owned.all)).toEqual(new Set(workers));
    await stop();
  });

  it('are released only when their workers have finished', async () => {
    const [first, second] = [workerOf(0), workerOf(1)];
    const stopped = owned.stop();
    await jest.advanceTimersByTimeAsync(1);
    first.finish();
    await jest.advanceTimersByTimeAsync(1);
    expect(store.released).toEqual([first.lease]);
    expect(second.did).toEqual(['start', `stop within ${HAND_OVER_MS} ms`]);

    second.finish();
    await jest.advanceTimersByTimeAsync(2_000);
    await stopped;
    expect(store.released).toEqual([first.lease, second.lease]);
    expect(owned.all).toEqual([]);
  });

  it('get a new worker and a higher epoch after their worker gave up and was cut off', async () => {
    const before = workerOf(0);
    before.giveUp();
    await jest.advanceTimersByTimeAsync(2_000);
    expect(before.did).toEqual(['start', 'stop within 0 ms', 'stopped']);
    expect(workerOf(0)).not.toBe(before);
    expect(workerOf(0).lease.epoch).toBeGreaterThan(before.lease.epoch);
    await stop();
  });

  it('keep the worker of the later lease when an earlier one gives up late', async () => {
    const before = workerOf(0);
    before.giveUp();
    await jest.advanceTimersByTimeAsync(2_000);
    const after = workerOf(0);
    before.giveUp();
    await jest.advanceTimersByTimeAsync(2_000);
    expect(workerOf(0)).toBe(after);
    expect(after.did).toEqual(['start']);
    await stop();
  });

  it('report the error of a worker that stalls', async () => {
    expect(owned.errorCode).toBeUndefined();
    workerOf(1).errorCode = 'log_diverged';
    expect(owned.errorCode).toBe('log_diverged');
    await stop();
  });

  it('have a status, which reads the positions before the heads', async () => {
    await store.advance(workerOf(1).lease, { position: 0 }, { position: 3, eventId: 'e3' });
    const status = await owned.status(async () => {
      await store.advance(workerOf(1).lease, { position: 3 }, { position: 4, eventId: 'e4' });
      return new Map([[1, 4]]);
    });
    const { owner } = workerOf(0).lease;
    expect(status).toEqual([
      { partition: 0, checkpoint: { position: 0 }, head: 0, epoch: 1, owner },
      { partition: 1, checkpoint: { position: 3, eventId: 'e3' }, head: 4, epoch: 1, owner },
    ]);
    await stop();
  });
});
