import type { Benchmark, Row } from '../harness/benchmark';
import { buildServices } from '../harness/build-services';
import { foldAndWrite } from './fold-and-write';
import { getOrder } from './get-order';
import { withReadSide } from './read-side';
import { rebuild } from './rebuild';

/**
 * The read side: the cost of folding compared with writing, of reading compared with a bare read, and of a rebuild for
 * concurrent reads.
 */
export const projection: Benchmark = async (options) => {
  const { progress } = options;
  await buildServices(progress);
  progress('folding and writing');
  const [folded, written] = await foldAndWrite(options);
  return withReadSide(options, async (readSide) => {
    progress('reading orders');
    const [read, found] = await getOrder(readSide, options);
    progress('rebuilding');
    const { eventsPerSecond, rows } = await rebuild(readSide, options);
    const [quiet, rebuilding] = rows;
    return {
      rows: [folded!, written!, read!, found!, ...rows],
      figures: {
        rebuildEventsPerSecond: eventsPerSecond,
        readP99Ms: quiet!.p99Ms,
        readP99WhileRebuildingMs: rebuilding!.p99Ms,
      },
      ratios: {
        ...ratio(`projection/${written!.contender}`, folded!, written!),
        ...ratio(`get-order/${found!.contender}`, read!, found!),
      },
    };
  });
};

function ratio(name: string, subject: Row, baseline: Row): Record<string, number> {
  return subject.rate !== undefined && baseline.rate !== undefined
    ? { [name]: subject.rate / baseline.rate }
    : {};
}
