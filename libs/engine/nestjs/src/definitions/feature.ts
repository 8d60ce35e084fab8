import type { Aggregate, EventContract } from '@tidemark/kernel';
import type { ProcessDefinition } from '@tidemark/process-manager';
import type { ModelProjection } from '@tidemark/projections';
import { patternOf, type CommandDefinition } from './define-command';
import { CommandTakenError, EventNameTakenError, ReadModelTakenError, StreamTypeTakenError } from '../errors';
import { processesOf, type ProcessVersions } from './process-versions';

/** What a module of the application adds to the log: the argument of `TidemarkModule.forFeature`. */
export interface TidemarkFeature {
  /** The module and its importers may inject these with `@InjectAggregate`. */
  readonly aggregates?: readonly Aggregate[];
  /** The module and its importers may inject the read models of these with `@InjectReadModel`. */
  readonly projections?: readonly ModelProjection[];
  /**
   * The same, with documents that are written in the transaction of each append (ADR 0065): a read sees them at once,
   * and needs no token. They are in the database of the log. Only for few and fast projections: one that throws makes
   * the append fail.
   */
  readonly inlineProjections?: readonly ModelProjection[];
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
 * @throws StreamTypeTakenError, EventNameTakenError, ReadModelTakenError, CommandTakenError
 */
export function definitionsOf(features: readonly TidemarkFeature[]): Definitions {
  const aggregates = onceEach(features, 'aggregates');
  const projections = onceEach(features, 'projections');
  const inlineProjections = onceEach(features, 'inlineProjections');
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
