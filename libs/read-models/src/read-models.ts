import type { Collection, Db } from 'mongodb';
import type { OrderDetailsDocument } from './order-details-document';
import type { OrderListDocument } from './order-list-document';
import type { OrderStatisticsDocument } from './order-statistics-document';
import type { ShipmentDocument } from './shipment-document';
import type { StockLevelDocument } from './stock-level-document';

/** The published read models and the shape of their documents. The name of a model is the name of its collection. */
export interface ReadModels {
  readonly order_list: OrderListDocument;
  readonly order_details: OrderDetailsDocument;
  readonly order_statistics: OrderStatisticsDocument;
  readonly stock_levels: StockLevelDocument;
  readonly shipments: ShipmentDocument;
}

export type ReadModelName = keyof ReadModels;

/** The one way to a read model's collection, so that nobody spells a name or a shape by hand. */
export function readModel<Name extends ReadModelName>(db: Db, name: Name): Collection<ReadModels[Name]> {
  return db.collection<ReadModels[Name]>(name);
}
