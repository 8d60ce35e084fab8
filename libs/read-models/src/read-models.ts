import type { Collection, Db } from 'mongodb';
import type { OrderDetailsDocument } from './order-details-document';
import type { OrderListDocument } from './order-list-document';
import type { OrderStatisticsDocument } from './order-statistics-document';
import type { ShipmentDocument } from './shipment-document';
import type { StockLevelDocument } from './stock-level-document';

/** The published read models and the shape of their documents. */
export interface ReadModels {
  readonly order_list: OrderListDocument;
  readonly order_details: OrderDetailsDocument;
  readonly order_statistics: OrderStatisticsDocument;
  readonly stock_levels: StockLevelDocument;
  readonly shipments: ShipmentDocument;
}

export type ReadModelName = keyof ReadModels;

/**
 * The documents of one generation of a read model, which is also the collection's name. Which generation is live is said by
 * `LiveGenerations` of `@tidemark/projections`.
 */
export function readModel<Name extends ReadModelName>(
  db: Db,
  _name: Name,
  generation: string,
): Collection<ReadModels[Name]> {
  return db.collection<ReadModels[Name]>(generation);
}
