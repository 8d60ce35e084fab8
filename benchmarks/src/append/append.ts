import { v7 as uuidv7 } from 'uuid';
import type { Benchmark, BenchmarkOptions, Result, Row } from '../harness/benchmark';
import { measure } from '../harness/measure';
import { tableOf } from '../harness/report';
import { rowOf } from '../harness/row-of';
import { WriteLedger } from '../harness/write-ledger';
import { openCastore } from './castore';
import { withContenders, type OpenContender, type OpenedContender } from './contender';
import { openEmmett } from './emmett';
import { fillLog } from './fill-log';
import { openFloor } from './floor';
import { loadAndDecide } from './load-and-decide';
import { openMessageDb } from './message-db';
import { ratiosOf } from './ratios';
import { openTidemark } from './tidemark';
import { newWrite } from './write';

const rounds = 5;
const writesPerHotStream = 640;
const peers = [openMessageDb, openCastore, openEmmett];

type Write = () => Promise<void>;

interface Workload {
  readonly name: string;
  readonly concurrency: number;
  readonly openers: readonly OpenContender[];
  /** The operation that each writer repeats. */
  readonly write: (contender: OpenedContender, ledger: WriteLedger, signal: AbortSignal) => Write;
}

const workloads: readonly Workload[] = [
  {
    name: 'append-64',
    concurrency: 64,
    openers: [openTidemark, openFloor, ...peers],
    write: toNewStreams(1),
  },
  { name: 'append-256', concurrency: 256, openers: [openTidemark, openFloor], write: toNewStreams(1) },
  { name: 'append-1', concurrency: 1, openers: [openTidemark, openFloor], write: toNewStreams(1) },
  { name: 'append-64x10', concurrency: 64, openers: [openTidemark, ...peers], write: toNewStreams(10) },
  { name: 'hot-stream', concurrency: 64, openers: [openTidemark, ...peers], write: toOneStream },
];

/** Compares the event log with a bare INSERT and with its peers. */
export const append: Benchmark = async (options): Promise<Result> => {
  const parts = [
    ...workloads.map((workload) => () => run(workload, options)),
    () => loadAndDecide(options, rounds),
    () => run(onStoredEvents(options), options),
  ];
  const rows: Row[] = [];
  for (const part of parts) {
    const measured = await part();
    options.progress(tableOf(measured));
    rows.push(...measured);
  }
  return { rows, ratios: ratiosOf(rows) };
};

async function run(
  { name, concurrency, openers, write }: Workload,
  options: BenchmarkOptions,
): Promise<Row[]> {
  const { seconds, signal } = options;
  return withContenders(openers, async (contenders) => {
    const ledgers = contenders.map(() => new WriteLedger());
    const measurements = await measure(
      contenders.map((contender, index) => ({
        name: contender.name,
        operate: write(contender, ledgers[index]!, signal),
      })),
      { concurrency, seconds, rounds, signal },
    );
    const rows: Row[] = [];
    for (const [index, contender] of contenders.entries()) {
      const audit = ledgers[index]!.audit(await contender.readLanded());
      rows.push(rowOf(name, contender.name, measurements[index]!, audit));
    }
    return rows;
  });
}

function toNewStreams(events: number) {
  return (contender: OpenedContender, ledger: WriteLedger): Write =>
    async () => {
      const write = newWrite({ events });
      await contender.append(write);
      ledger.acknowledge(write.id, events);
    };
}

/**
 * All writers write to one stream, and each retries at once until its write succeeds. After a number of writes they go
 * to the next stream together, so that a fast writer does not get a longer stream to read.
 */
function toOneStream(contender: OpenedContender, ledger: WriteLedger, signal: AbortSignal): Write {
  let streamId = uuidv7();
  let landed = 0;
  return async () => {
    const write = newWrite({ streamId });
    while (!(await contender.attempt!(write))) {
      signal.throwIfAborted();
    }
    ledger.acknowledge(write.id, 1);
    landed += 1;
    if (landed % writesPerHotStream === 0) {
      streamId = uuidv7();
    }
  };
}

/** Appends to a log with older events and to an empty log. */
function onStoredEvents(options: BenchmarkOptions): Workload {
  const openFull: OpenContender = async (databaseUrl) => {
    const contender = await openTidemark(databaseUrl);
    await fillLog(databaseUrl, options.long ? 10_000_000 : 2_000_000, options);
    return { ...contender, name: 'full' };
  };
  const openEmpty: OpenContender = async (databaseUrl) => ({
    ...(await openTidemark(databaseUrl)),
    name: 'empty',
  });
  return {
    name: 'append-64-stored',
    concurrency: 64,
    openers: [openFull, openEmpty],
    write: toNewStreams(1),
  };
}
