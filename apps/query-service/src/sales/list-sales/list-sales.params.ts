import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsCurrency, type FieldFault } from '@tidemark/platform';
import { IsIn, IsOptional } from 'class-validator';
import { IsInstant } from '../../parameters/is-instant';
import { salesGroupings, type Days, type SalesGrouping } from './list-sales.query';

const DAY_MS = 86_400_000;
const DEFAULT_DAYS = 30;

/**
 * Limits the documents that the server adds up, and the rows of days. Each partition has a document per day and product
 * sold: a year of 1,000 products is six million documents, and 31 days are half a million.
 */
const MAX_DAYS: Readonly<Record<SalesGrouping, number>> = { day: 366, country: 366, product: 31 };

/** The query parameters of the sales. */
export class ListSalesParams {
  @IsInstant({
    description: `The first day, in UTC, such as 2026-01-31. Defaults to ${DEFAULT_DAYS} days before \`to\``,
  })
  readonly from?: Date;

  @IsInstant({
    description:
      `The day after the last day, in UTC, at most ${MAX_DAYS.day} days after \`from\`, or ${MAX_DAYS.product} with ` +
      '`groupBy=product`. Defaults to tomorrow',
  })
  readonly to?: Date;

  @ApiPropertyOptional({ enum: salesGroupings, default: 'day' })
  @IsOptional()
  @IsIn(salesGroupings, { message: `$property must be one of ${salesGroupings.join(', ')}` })
  readonly groupBy: SalesGrouping = 'day';

  @IsCurrency({ optional: true, description: 'Only sales in this currency. Defaults to all currencies' })
  readonly currency?: string;
}

export function daysOf({ from, to }: ListSalesParams, now: Date): Days {
  const tomorrow = (Math.floor(now.getTime() / DAY_MS) + 1) * DAY_MS;
  const end = to ?? new Date(Math.max(tomorrow, from?.getTime() ?? 0));
  return { from: from ?? new Date(end.getTime() - DEFAULT_DAYS * DAY_MS), to: end };
}

/** Rules that concern several parameters together. */
export function faultsIn({ from, to }: Days, groupBy: SalesGrouping): readonly FieldFault[] {
  const faults: FieldFault[] = [];
  for (const [path, instant] of Object.entries({ from, to })) {
    if (instant.getTime() % DAY_MS !== 0) {
      const message = `${path} must be a day, such as 2026-01-31, because sales are counted per UTC day`;
      faults.push({ path, code: 'not_a_day', message });
    }
  }
  if (from > to) {
    faults.push({ path: 'from', code: 'empty_range', message: 'from must not be later than to' });
  }
  const maxDays = MAX_DAYS[groupBy];
  if (to.getTime() - from.getTime() > maxDays * DAY_MS) {
    const message = `to must be at most ${maxDays} days after from with groupBy=${groupBy}`;
    faults.push({ path: 'to', code: 'too_many_days', message });
  }
  return faults;
}
