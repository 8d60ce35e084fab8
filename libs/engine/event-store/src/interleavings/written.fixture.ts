import type { Outcomes } from '@tidemark/test-servers';
import { isDeepStrictEqual } from 'node:util';
import type { AppendRequest, AppendResult } from '../append';
import { collect } from '../contract-suite/counter';
import { CommandIdReusedError, VersionConflictError } from '../errors';
import type { EventStore } from '../event-store';

/** The events of one command that one side wants to write. */
export interface Wanted {
  readonly appends: readonly AppendRequest[];
}

type Outcome = PromiseSettledResult<unknown>;

/**
 * Where the log contradicts the answers of two replicas. `work` and `rival` answered with an `AppendResult` per append,
 * or with any other value to say that nothing was written.
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

/** The log must have everything that the answer says, once. */
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
  // The reason for the refusal must be in the log: a stream is not at the version that an append expected.
  const inTheWay = await Promise.all(
    appends.map(async (append) => {
      const { expectedVersion } = append;
      const version = await store.getStreamVersion(streamOf(append));
      return expectedVersion !== 'any' && version !== (expectedVersion === 'none' ? 0 : expectedVersion);
    }),
  );
  return inTheWay.includes(true) ? [] : ['was refused though nothing was in its way'];
}

/** Both replicas must give a command the same outcome. */
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
