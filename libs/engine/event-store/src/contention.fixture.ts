import { accept } from '@tidemark/kernel';
import { createPool } from '@tidemark/postgres';
import { randomUUID } from 'node:crypto';
import { CommandExecutor } from './command-executor';
import { command, counted, counter } from './contract-suite/counter';
import { asRole, codec, type PostgresBed } from './postgres-bed.fixture';
import { PostgresEventStore } from './postgres-event-store';

export interface Contention {
  readonly replicas: number;
  readonly forMs: number;
  /** The number of replicas that execute their commands with `executeAsking`, which takes one more round trip. */
  readonly asking: number;
}

export interface ContentionResult {
  /** Commands that were accepted, by replica. */
  readonly accepted: readonly number[];
  readonly gaveUp: readonly unknown[];
  /** The stream's version afterwards. */
  readonly version: number;
  /** The commands of the least successful replica, divided by an equal share. */
  readonly leastShare: number;
}

const callersPerReplica = 4;

/** Replicas, each with four callers and connections of its own, write to one stream as fast as they can. */
export async function contend(
  { databaseUrl, partitions }: PostgresBed,
  { replicas, forMs, asking }: Contention,
): Promise<ContentionResult> {
  const aggregateId = randomUUID();
  const url = asRole(databaseUrl, 'tidemark_event_store_writer');
  const pools = Array.from({ length: replicas }, () => createPool({ url, applicationName: 'test-replica' }));
  const executors = pools.map(
    (pool) => new CommandExecutor({ store: new PostgresEventStore({ pool, codec, partitions }) }),
  );
  const count = (executor: CommandExecutor, replica: number) => {
    const ask = { aggregate: counter, aggregateId, partitionKey: 'hot', command: command() };
    return replica < asking
      ? executor.executeAsking({ ...ask, decide: () => Promise.resolve(accept(counted(1))) })
      : executor.execute({ ...ask, decide: () => accept(counted(1)) });
  };
  const accepted = pools.map(() => 0);
  const gaveUp: unknown[] = [];
  const end = performance.now() + forMs;
  const call = async (executor: CommandExecutor, replica: number) => {
    while (performance.now() < end) {
      await count(executor, replica).then(
        () => (accepted[replica]! += 1),
        (fault: unknown) => gaveUp.push(fault),
      );
    }
  };
  await Promise.all(
    executors.flatMap((executor, replica) =>
      Array.from({ length: callersPerReplica }, () => call(executor, replica)),
    ),
  );
  const { version } = await executors[0]!.load(counter, aggregateId);
  await Promise.all(pools.map((pool) => pool.end()));
  const equalShare = accepted.reduce((sum, one) => sum + one) / replicas;
  return { accepted, gaveUp, version, leastShare: Math.min(...accepted) / equalShare };
}
