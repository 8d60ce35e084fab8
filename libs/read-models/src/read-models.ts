import type { DocumentOf, Tally } from '@tidemark/projections';
import type { Collection, Db } from 'mongodb';
import { orderDetails } from './order-details';
import { orderList } from './order-list';
import { orderStatistics } from './order-statistics';
import { salesByDay } from './sales-by-day';
import { shipments } from './shipments';
import { stockLevels } from './stock-levels';

const published = [orderList, orderDetails, orderStatistics, stockLevels, shipments, salesByDay] as const;

type Published = (typeof published)[number];

export type ReadModelName = Published['name'];

/** The read models across partitions. */
export type TallyName = Extract<Published, Tally>['name'];

/** The documents of each published read model, by its name. */
export type ReadModels = { readonly [Model in Published as Model['name']]: DocumentOf<Model> };

/** The published read models by name. */
export const readModels = Object.fromEntries(published.map((model) => [model.name, model])) as {
  readonly [Model in Published as Model['name']]: Model;
};

export const readModelNames: readonly ReadModelName[] = published.map(({ name }) => name);

/**
 * The documents of one generation of a read model, which is also the collection's name. `LiveGenerations` of
 * `@tidemark/projections` knows which generation is live.
 */
export function readModel<Name extends ReadModelName>(
  db: Db,
  _name: Name,
  generation: string,
): Collection<ReadModels[Name]> {
  return db.collection<ReadModels[Name]>(generation);
}
