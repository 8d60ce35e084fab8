import { Inject } from '@nestjs/common';
import type { Aggregate } from '@tidemark/kernel';
import type { ReadModel } from '@tidemark/projections';
import { aggregateOf, type DefiningClass } from './definitions/definition-of';

/** The token of every feature that a module of the application adds. */
export const TIDEMARK_FEATURE = Symbol('tidemark feature');

/** The token of the `TidemarkOptions`. */
export const TIDEMARK_OPTIONS = Symbol('tidemark options');

/** The token of the function that opens the engine. Tests provide one that opens it in memory. */
export const OPEN_ENGINE = Symbol('tidemark open engine');

const tokens = new WeakMap<object, symbol>();

/** One token for each definition, so that two definitions with one name never share a provider. */
function tokenOf(definition: object, description: string): symbol {
  const known = tokens.get(definition);
  if (known) {
    return known;
  }
  const token = Symbol(description);
  tokens.set(definition, token);
  return token;
}

/** The token of an aggregate's `AggregateRepository`, for tests and factories. */
export function aggregateToken(given: Aggregate | DefiningClass): symbol {
  const aggregate = aggregateOf(given);
  return tokenOf(aggregate, `aggregate ${aggregate.streamType}`);
}

/** Injects the `AggregateRepository` of an aggregate that a `TidemarkModule.forFeature` of the module names. */
export function InjectAggregate(
  aggregate: Aggregate | DefiningClass,
): PropertyDecorator & ParameterDecorator {
  return Inject(aggregateToken(aggregate));
}

/** The token of a read model's `ReadModelReader` or `TallyReader`, for tests and factories. */
export function readModelToken(readModel: ReadModel): symbol {
  return tokenOf(readModel, `read model ${readModel.name}`);
}

/** Injects the reader of a read model that a projection in a `TidemarkModule.forFeature` of the module fills. */
export function InjectReadModel(readModel: ReadModel): PropertyDecorator & ParameterDecorator {
  return Inject(readModelToken(readModel));
}
