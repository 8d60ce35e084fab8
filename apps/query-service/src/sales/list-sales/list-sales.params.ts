import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsCurrency, type FieldFault } from '@tidemark/platform';
import { IsIn, IsOptional } from 'class-validator';
import { IsInstant } from '../../parameters/is-instant';
import { salesGroupings, type SalesGrouping } from './list-sales.query';

const DAY_MS = 86_400_000;
const DEFAULT_DAYS = 30;

/** So that one answer is bounded: a row per day, or the documents that the server adds up. */
const MAX_DAYS = 366;

/** The query parameters of the sales. */
export class ListSalesParams {
  @IsInstant({
    description: `First day, UTC, as 2026-01-31; ${DEFAULT_DAYS} days before \`to\` by default`,
  })
  readonly from?: Date;

  @IsInstant({
    description: `Day after the last one, UTC; at most ${MAX_DAYS} days after \`from\`; tomorrow by default`,
  })
  readonly to?: Date;

  @ApiPropertyOptional({ enum: salesGroupings, default: 'day' })
  @IsOptional()
  @IsIn(salesGroupings, { message: `$property is one of ${salesGroupings.join(', ')}` })
  readonly groupBy: SalesGrouping = 'day';

  @IsCurrency({ optional: true, description: 'Only sales in this currency; every currency by default' })
  readonly currency?: string;
}

/** The days that are asked for; `to` is not among them. */
export interface Days {
  readonly from: Date;
  readonly to: Date;
}

export function daysOf({ from, to }: ListSalesParams, now: Date): Days {
  const tomorrow = (Math.floor(now.getTime() / DAY_MS) + 1) * DAY_MS;
  const end = to ?? new Date(Math.max(tomorrow, from?.getTime() ?? 0));
  return { from: from ?? new Date(end.getTime() - DEFAULT_DAYS * DAY_MS), to: end };
}

/** What no single parameter can tell. */
export function faultsIn({ from, to }: Days): readonly FieldFault[] {
  const faults: FieldFault[] = [];
  for (const [path, instant] of Object.entries({ from, to })) {
    if (instant.getTime() % DAY_MS !== 0) {
      const message = `${path} is a day, as 2026-01-31: sales are kept by UTC day`;
      faults.push({ path, code: 'not_a_day', message });
    }
  }
  if (from > to) {
    faults.push({ path: 'from', code: 'empty_range', message: 'from is not after to' });
  }
  if (to.getTime() - from.getTime() > MAX_DAYS * DAY_MS) {
    faults.push({ path: 'to', code: 'too_many_days', message: `to is at most ${MAX_DAYS} days after from` });
  }
  return faults;
}
