import { eventually } from '@tidemark/test-servers';
import { setTimeout as delay } from 'node:timers/promises';
import type { BenchmarkOptions, Row } from '../harness/benchmark';
import { percentile } from '../harness/statistics';
import { placeOrder } from '../http/shop';
import { anyOf } from './get-order';
import { eventsPerOrder } from './order-traffic';
import { storedEvents, type ReadSide } from './read-side';

const rounds = 3;
const readsPerSecond = 100;
const writesPerSecond = 20;
const quietSeconds = 20;

/** The figures of steady reads. */
interface Reads {
  readonly latenciesMs: number[];
  seconds: number;
  /** Reads whose answer was not 200, or was an order that lacks events. */
  wrong: number;
}

export interface RebuildFigures {
  readonly eventsPerSecond: number;
  readonly rows: readonly Row[];
}

/**
 * Measures the rate of a rebuild alone. Then it measures steady reads and writes, alternately without and with a
 * rebuild.
 */
export async function rebuild(
  readSide: ReadSide,
  { signal, progress }: BenchmarkOptions,
): Promise<RebuildFigures> {
  const start = performance.now();
  await rebuildDetails(readSide);
  const eventsPerSecond = storedEvents / ((performance.now() - start) / 1_000);
  const quiet: Reads = { latenciesMs: [], seconds: 0, wrong: 0 };
  const rebuilding: Reads = { latenciesMs: [], seconds: 0, wrong: 0 };
  for (let round = 1; round <= rounds; round += 1) {
    signal.throwIfAborted();
    progress(`  round ${round} of ${rounds}: reads without and with a rebuild`);
    await underLoad(readSide, quiet, () => delay(quietSeconds * 1_000));
    await underLoad(readSide, rebuilding, () => rebuildDetails(readSide));
  }
  return { eventsPerSecond, rows: [rowOf('quiet', quiet), rowOf('rebuilding', rebuilding)] };
}

/** Resolves when the new generation is live. */
async function rebuildDetails({ projectionOperations }: ReadSide): Promise<void> {
  const { body } = await projectionOperations.post('/admin/projections/order_details/rebuild', {});
  const { id } = body as { id: string };
  const state = await eventually(
    async () => {
      const found = (await projectionOperations.get(`/admin/rebuilds/${id}`)).body as { state: string };
      return ['DONE', 'FAILED'].includes(found.state) && found.state;
    },
    { withinMs: 120_000, everyMs: 100 },
  );
  if (state !== 'DONE') {
    throw new Error('the rebuild failed');
  }
}

/** Reads and writes at fixed rates as long as `work` runs, even if earlier requests are still unanswered. */
async function underLoad(readSide: ReadSide, reads: Reads, work: () => Promise<void>): Promise<void> {
  const start = performance.now();
  const isOver = { value: false };
  const load = Promise.all([
    steadily(readsPerSecond, isOver, () => readOne(readSide, reads)),
    steadily(writesPerSecond, isOver, () => placeOrder(readSide.commands)),
  ]);
  try {
    await work();
  } finally {
    isOver.value = true;
    await load;
  }
  reads.seconds += (performance.now() - start) / 1_000;
}

async function steadily(
  perSecond: number,
  isOver: { readonly value: boolean },
  operate: () => Promise<unknown>,
): Promise<void> {
  const underWay: Promise<unknown>[] = [];
  const start = performance.now();
  for (let n = 0; !isOver.value; n += 1) {
    const dueInMs = start + (n / perSecond) * 1_000 - performance.now();
    if (dueInMs > 0) {
      await delay(dueInMs);
    }
    underWay.push(operate());
  }
  await Promise.all(underWay);
}

async function readOne({ queries, orderIds }: ReadSide, reads: Reads): Promise<void> {
  const before = performance.now();
  const { status, body } = await queries.get(`/v1/orders/${anyOf(orderIds)}`);
  reads.latenciesMs.push(performance.now() - before);
  const { timeline } = body as { timeline?: readonly unknown[] };
  reads.wrong += status === 200 && timeline?.length === eventsPerOrder ? 0 : 1;
}

function rowOf(contender: string, { latenciesMs, seconds, wrong }: Reads): Row {
  const rate = wrong === 0 ? latenciesMs.length / seconds : undefined;
  return {
    workload: 'steady-reads',
    contender,
    rate,
    spread: rate === undefined ? undefined : [rate, rate],
    p50Ms: percentile(latenciesMs, 50),
    p99Ms: percentile(latenciesMs, 99),
    lost: wrong,
    duplicated: 0,
  };
}
