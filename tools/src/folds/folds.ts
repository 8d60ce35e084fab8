import { aggregates } from '@tidemark/contracts';
import type { Aggregate, DomainEvent, EventEnvelope } from '@tidemark/kernel';
import { foldAll, type Projection, type ReadModel } from '@tidemark/projections';
import { readModels, type ReadModelName } from '@tidemark/read-models';
import { createHash, type Hash } from 'node:crypto';
import { projections } from 'projection-service/projections';

/**
 * A stored result of folding the log: the state of an aggregate, or the documents of a projection, or the indexes that
 * a projection's documents are stored with.
 */
export interface Fold {
  readonly name: string;
  readonly version: number;
  /** The file and the name of the version. */
  readonly raise: string;
  /** What another digest of the same version means. */
  readonly changed: string;
  /** The digest of all intermediate results of the fold. */
  digestOf(events: readonly EventEnvelope[]): string;
}

const otherResult = 'folds the sample log to another result';

export const folds: readonly Fold[] = [
  ...Object.values(aggregates as Record<string, Aggregate>).map(aggregateFold),
  ...projections.map(projectionFold),
  ...projections.map(({ name, version }) => storedIndexes(readModels[name as ReadModelName], version)),
];

export function aggregateFold(aggregate: Aggregate): Fold {
  return {
    name: `aggregate ${aggregate.streamType}`,
    version: aggregate.stateVersion,
    raise: `the aggregate's stateVersion`,
    changed: otherResult,
    digestOf: (events) => {
      const states = new Map<string, unknown>();
      return digest((hash) => {
        for (const { streamId, type, data } of events.filter(
          ({ streamType }) => streamType === aggregate.streamType,
        )) {
          const event: DomainEvent = { type, data };
          const state = aggregate.evolve(states.get(streamId) ?? aggregate.initial, event);
          states.set(streamId, state);
          hash.update(canonical([streamId, state]));
        }
      });
    },
  };
}

export function projectionFold(projection: Projection): Fold {
  return {
    name: `projection ${projection.name}`,
    version: projection.version,
    raise: `the projection's version`,
    changed: otherResult,
    digestOf: (events) =>
      digest((hash) => {
        events.forEach(({ partition, position }, index) => {
          const documents = [...foldAll(projection, events.slice(0, index + 1)).values()];
          const changed = documents.filter((one) => one.partition === partition && one.position === position);
          // An event without an effect does not change the digest.
          if (changed.length > 0) {
            hash.update(canonical(changed));
          }
        });
      }),
  };
}

/**
 * A version's documents are stored with the indexes that its read model had first. Another index needs another version:
 * in Postgres, its column would rewrite the live table while queries wait.
 */
export function storedIndexes({ name, indexes }: ReadModel, version: number): Fold {
  const listed = Object.entries(indexes).map(([index, keys]) => [index, Object.entries(keys)]);
  return {
    name: `indexes of ${name}`,
    version,
    raise: `the projection's version`,
    changed: 'has other indexes',
    digestOf: () => digest(JSON.stringify(listed)),
  };
}

/** The digest of a text, or of the texts that the callback feeds into it. */
export function digest(content: string | ((hash: Hash) => void)): string {
  const hash = createHash('sha256');
  if (typeof content === 'string') {
    hash.update(content);
  } else {
    content(hash);
  }
  return hash.digest('hex').slice(0, 32);
}

/** The value as JSON with sorted fields. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
