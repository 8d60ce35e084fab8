import type { DocumentOf, Tally } from '@tidemark/projections';
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
