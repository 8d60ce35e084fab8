import { newWrite, type Write } from '../append/write';
import { withContenders, type OpenedContender } from '../append/contender';
import type { Benchmark, BenchmarkOptions, Result, Row } from '../harness/benchmark';
import type { Measurement } from '../harness/measure';
import { tableOf } from '../harness/report';
import { rowOf } from '../harness/row-of';
import { WriteLedger } from '../harness/write-ledger';
import { openBareCopy } from './bare-copy';
import { openImporter } from './importer';
import type { ImportContender } from './import-contender';

const rounds = 5;
const eventsPerSecond = 20_000;

/** By name, the number of events of each stream. One command writes all events of a stream. */
const workloads = { 'streams-of-1': 1, 'streams-of-10': 10 } as const;

/** Compares the import of a history with a bare COPY of the same rows. */
export const importing: Benchmark = async (options): Promise<Result> => {
  const rows: Row[] = [];
  const ratios: Record<string, number> = {};
  for (const [name, eventsPerStream] of Object.entries(workloads)) {
    const measured = await run(name, eventsPerStream, options);
    options.progress(tableOf(measured));
    rows.push(...measured);
    const [importer, bare] = measured.map(({ rate }) => rate ?? NaN);
    const ratio = importer! / bare!;
    if (Number.isFinite(ratio)) {
      ratios[`${name}/bare-copy`] = ratio;
    }
  }
  return { rows, ratios };
};

async function run(name: string, eventsPerStream: number, options: BenchmarkOptions): Promise<Row[]> {
  const writes = Math.ceil((options.seconds * eventsPerSecond) / eventsPerStream);
  return withContenders<Row[], ImportContender>([openImporter, openBareCopy], async (contenders) => {
    const measurements = contenders.map((): Measurement => ({ rates: [], latenciesMs: [] }));
    const ledgers = contenders.map(() => new WriteLedger());
    for (let round = 0; round <= rounds; round += 1) {
      for (const [index, contender] of contenders.entries()) {
        options.signal.throwIfAborted();
        const history = Array.from({ length: writes }, () => newWrite({ events: eventsPerStream }));
        const ms = await timeOf(contender, history);
        history.forEach(({ id }) => ledgers[index]!.acknowledge(id, eventsPerStream));
        if (round > 0) {
          measurements[index]!.rates.push((writes * eventsPerStream * 1_000) / ms);
          measurements[index]!.latenciesMs.push(ms);
        }
      }
    }
    const rows: Row[] = [];
    for (const [index, contender] of contenders.entries()) {
      const audit = ledgers[index]!.audit(await contender.readLanded());
      rows.push(rowOf(name, contender.name, measurements[index]!, audit));
    }
    return rows;
  });
}

async function timeOf(
  contender: OpenedContender<ImportContender>,
  history: readonly Write[],
): Promise<number> {
  const write = await contender.prepare(history);
  const start = performance.now();
  await write();
  return performance.now() - start;
}
