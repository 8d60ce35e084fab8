import { Query } from '@nestjs/cqrs';
import type { SalesDto } from './sales.dto';

export const salesGroupings = ['day', 'country', 'product'] as const;

export type SalesGrouping = (typeof salesGroupings)[number];

/** The requested days: from `from` up to the day before `to`. */
export interface Days {
  readonly from: Date;
  readonly to: Date;
}

/** Days are in order. Countries and products with the most units come first. */
export class ListSalesQuery extends Query<readonly SalesDto[]> {
  constructor(
    readonly days: Days,
    readonly groupBy: SalesGrouping,
    readonly currency: string | undefined,
  ) {
    super();
  }
}
