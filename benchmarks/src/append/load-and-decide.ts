import { CommandExecutor } from '@tidemark/event-store';
import { accept, refuse, streamIdOf } from '@tidemark/kernel';
import { createTestDatabase } from '@tidemark/test-servers';
import type { BenchmarkOptions, Row } from '../harness/benchmark';
import { measure, type Contender } from '../harness/measure';
import { rowOf } from '../harness/row-of';
import { basket, commandOf, openEventStore } from './tidemark';
import { newWrite } from './write';

const batch = 50;
const lengths = [10_000, 50] as const;

type EventLog = Awaited<ReturnType<typeof openEventStore>>;

/**
 * Loads a long and a short stream and decides on each, in a process that has never seen them. Both have the snapshots
 * that their writes left.
 */
export async function loadAndDecide(options: BenchmarkOptions, rounds: number): Promise<Row[]> {
  const database = await createTestDatabase();
  try {
    const log = await openEventStore(database.url);
    try {
      const contenders: Contender[] = [];
      for (const length of lengths) {
        contenders.push(await streamOf(length, log));
      }
      const { signal, seconds } = options;
      const measurements = await measure(contenders, { concurrency: 1, seconds, rounds, signal });
      return measurements.map((measurement, index) =>
        rowOf(contenders[index]!.name, 'tidemark', measurement),
      );
    } finally {
      await log.pool.end();
    }
  } finally {
    await database.drop();
  }
}

async function streamOf(length: number, { store, snapshots }: EventLog): Promise<Contender> {
  const { streamId } = newWrite();
  const writer = new CommandExecutor({ store, snapshots });
  for (let written = 0; written < length; written += batch) {
    const write = newWrite({ streamId, events: batch });
    await writer.execute({
      aggregate: basket,
      aggregateId: streamId,
      command: commandOf(write),
      decide: () => accept(...write.events),
    });
  }
  await writer.settled();
  if ((await store.getStreamVersion(streamIdOf(basket.streamType, streamId))) !== length) {
    throw new Error(`the stream does not have ${length} events`);
  }
  return {
    name: `load-${length}`,
    operate: async () => {
      const { state, version } = await new CommandExecutor({ store, snapshots }).load(basket, streamId);
      const decision = state.items < length ? refuse('too_few', 'not every event was folded') : accept();
      if (decision.outcome === 'refused' || version !== length) {
        throw new Error(`loaded version ${version} of ${length}`);
      }
    },
  };
}
