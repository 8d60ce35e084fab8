import type { Aggregate, EventContract } from '@tidemark/kernel';
import type { ProcessDefinition } from '@tidemark/process-manager';
import type { ModelProjection } from '@tidemark/projections';
import { patternOf, type CommandDefinition } from './define-command';
import {
  CommandTakenError,
  EventNameTakenError,
  EventNotPublishedError,
  ReadModelTakenError,
  StreamTypeTakenError,
} from '../errors';
import { aggregateOf, projectionOf, type DefiningClass } from './definition-of';
import { processesOf, type ProcessVersions } from './process-versions';

/** What a module of the application adds to the log: the argument of `TidemarkModule.forFeature`. */
export interface TidemarkFeature {
  /** The module and its importers may inject these with `@InjectAggregate`. A class has `@EventSourced`. */
  readonly aggregates?: readonly (Aggregate | DefiningClass)[];
  /** The module and its importers may inject the read models of these with `@InjectReadModel`; as for aggregates. */
  readonly projections?: readonly (ModelProjection | DefiningClass)[];
  /**
   * The same, with documents that are written in the transaction of each append (ADR 0065): a read sees them at once,
   * and needs no token. They are in the database of the log. Only for few and fast projections: one that throws makes
   * the append fail.
   */
  readonly inlineProjections?: readonly (ModelProjection | DefiningClass)[];
  /** Definitions of one name are versions of one process; list every version that has instances. */
  readonly processes?: readonly ProcessDefinition[];
  /** The commands that processes send, as `defineCommand` makes them. */
  readonly commands?: readonly CommandDefinition[];
}

/** Every definition of the application, once each. */
export interface Definitions {
  readonly aggregates: readonly Aggregate[];
  readonly contracts: readonly EventContract[];
  readonly projections: readonly ModelProjection[];
  readonly inlineProjections: readonly ModelProjection[];
  readonly processes: readonly ProcessVersions[];
  readonly commands: readonly CommandDefinition[];
}

/**
 * Joins the features of all modules. Several modules may name the same definition, and each may then inject it.
 *
 * @throws StreamTypeTakenError, EventNameTakenError, ReadModelTakenError, CommandTakenError, NoDefinitionError,
 * EventNotPublishedError
 */
export function definitionsOf(features: readonly TidemarkFeature[]): Definitions {
  const aggregates = [...new Set(onceEach(features, 'aggregates').map(aggregateOf))];
  const projections = [...new Set(onceEach(features, 'projections').map(projectionOf))];
  const inlineProjections = [...new Set(onceEach(features, 'inlineProjections').map(projectionOf))];
  const commands = onceEach(features, 'commands');
  refuseTwice(
    aggregates.map(({ streamType }) => streamType),
    (streamType) => new StreamTypeTakenError(streamType),
  );
  const contracts = aggregates.flatMap((aggregate) => aggregate.contracts);
  refuseTwice(
    contracts.map(({ type }) => type),
    (type) => {
      const owners = aggregates.filter((one) => one.contracts.some((contract) => contract.type === type));
      return new EventNameTakenError(
        type,
        owners.map(({ streamType }) => streamType),
      );
    },
  );
  refuseTwice(
    [...projections, ...inlineProjections].map(({ name }) => name),
    (name) => new ReadModelTakenError(name),
  );
  refuseUnpublished([...projections, ...inlineProjections], contracts);
  refuseTwice(commands.map(patternOf), (pattern) => new CommandTakenError(pattern));
  const processes = processesOf(onceEach(features, 'processes'));
  return { aggregates, contracts, projections, inlineProjections, processes, commands };
}

function onceEach<Kind extends keyof TidemarkFeature>(
  features: readonly TidemarkFeature[],
  kind: Kind,
): NonNullable<TidemarkFeature[Kind]> {
  const all: readonly unknown[] = features.flatMap<unknown>((feature) => feature[kind] ?? []);
  return [...new Set(all)] as never;
}

function refuseTwice(names: readonly string[], refusal: (name: string) => Error): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw refusal(twice);
  }
}

function refuseUnpublished(
  projections: readonly ModelProjection[],
  contracts: readonly EventContract[],
): void {
  const published = new Set(contracts.map(({ type }) => type));
  for (const { name, eventTypes = [] } of projections) {
    const unknown = eventTypes.find((type) => !published.has(type));
    if (unknown !== undefined) {
      throw new EventNotPublishedError(name, unknown);
    }
  }
}
