import type { Outcomes } from '@tidemark/testing';
import { isDeepStrictEqual } from 'node:util';
import type { AppendRequest, AppendResult } from '../append';
import { collect } from '../counter.fixture';
import { CommandIdReusedError, VersionConflictError } from '../errors';
import type { EventStore } from '../event-store';

/** What one side wants to have in the log: the events of one command. */
export interface Wanted {
  readonly appends: readonly AppendRequest[];
}

type Outcome = PromiseSettledResult<unknown>;

/**
 * What the log and the answers of two replicas contradict each other in. `work` and `rival` answered with an
 * `AppendResult` per append, or with anything else that says that nothing was written.
 */
export async function faultsOfAnswers(
  store: EventStore,
  wanted: { readonly work: Wanted; readonly rival: Wanted },
  outcomes: Outcomes,
): Promise<string[]> {
  const sides = [
    { name: 'the work', ...wanted.work, outcome: outcomes.work },
    { name: 'the rival', ...wanted.rival, outcome: outcomes.rival },
  ];
  const faults: string[] = [];
  for (const { name, appends, outcome } of sides) {
    faults.push(...(await faultsOfSide(store, appends, outcome)).map((fault) => `${name} ${fault}`));
  }
  if (isSameCommand(wanted.work, wanted.rival)) {
    faults.push(...faultsOfRepeat(outcomes));
  }
  return faults;
}

async function faultsOfSide(
  store: EventStore,
  appends: readonly AppendRequest[],
  outcome: Outcome,
): Promise<string[]> {
  if (outcome.status === 'rejected') {
    return faultsOfRefusal(store, appends, outcome.reason);
  }
  if (!Array.isArray(outcome.value)) {
    const written = await collect(store.readStream(streamOf(appends[0]!)));
    return written.some(({ causationId }) => causationId === appends[0]!.command.commandId)
      ? [`was refused and has events: ${JSON.stringify(outcome.value)}`]
      : [];
  }
  const results = outcome.value as readonly AppendResult[];
  if (results.length !== appends.length) {
    return [`was told of ${results.length} streams, of ${appends.length}`];
  }
  const faults = await Promise.all(
    appends.map((append, index) => faultsOfResult(store, append, results[index]!)),
  );
  return faults.flat();
}

/** What was answered is in the log, all of it, once. */
async function faultsOfResult(
  store: EventStore,
  append: AppendRequest,
  { version, partition, position }: AppendResult,
): Promise<string[]> {
  const { command, events } = append;
  const stream = await collect(store.readStream(streamOf(append)));
  const mine = stream.filter(({ causationId }) => causationId === command.commandId);
  const last = mine.at(-1);
  return [
    ...(mine.length === events.length
      ? []
      : [`was accepted with ${events.length} events, and has ${mine.length}`]),
    ...(last?.version === version && last.partition === partition && last.position === position
      ? []
      : [`was told version ${version}, and has ${last?.version}`]),
    ...(stream.every((event, index) => event.version === index + 1) ? [] : ['has a stream with a hole']),
  ];
}

async function faultsOfRefusal(
  store: EventStore,
  appends: readonly AppendRequest[],
  reason: unknown,
): Promise<string[]> {
  if (reason instanceof CommandIdReusedError) {
    return [];
  }
  if (!(reason instanceof VersionConflictError)) {
    return [`failed: ${String(reason)}`];
  }
  // Something was in its way, and is in the log: the stream is not where an append expected it.
  const inTheWay = await Promise.all(
    appends.map(async (append) => {
      const { expectedVersion } = append;
      const version = await store.getStreamVersion(streamOf(append));
      return expectedVersion !== 'any' && version !== (expectedVersion === 'none' ? 0 : expectedVersion);
    }),
  );
  return inTheWay.includes(true) ? [] : ['was refused though nothing was in its way'];
}

/** One command has one outcome, whichever replica is asked. */
function faultsOfRepeat({ work, rival }: Outcomes): string[] {
  const [first, second] = [work, rival].map((outcome) =>
    outcome.status === 'fulfilled'
      ? (outcome.value as readonly AppendResult[]).map((result) => ({ ...result, repeated: undefined }))
      : String(outcome.reason),
  );
  return isDeepStrictEqual(first, second)
    ? []
    : [`the two answers to one command differ: ${JSON.stringify([first, second])}`];
}

function isSameCommand(one: Wanted, other: Wanted): boolean {
  const [a, b] = [one, other].map(({ appends }) => appends[0]!.command);
  return a!.commandId === b!.commandId && a!.commandHash === b!.commandHash;
}

function streamOf({ streamType, aggregateId }: AppendRequest): string {
  return `${streamType}-${aggregateId}`;
}
