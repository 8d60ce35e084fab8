import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsCurrency, IsIdentifier, PageQueryDto, QueryNumber, type FieldFault } from '@tidemark/platform';
import { orderStatuses, type OrderStatus } from '@tidemark/read-models';
import { IsIn, IsOptional, Matches, MaxLength } from 'class-validator';
import { IsInstant } from '../../parameters/is-instant';
import { orderSorts, type OrderSearch, type OrderSort } from './order-search';

const MAX_MINOR_UNITS = Number.MAX_SAFE_INTEGER;

/** The query parameters of the list of orders. */
export class ListOrdersParams extends PageQueryDto {
  @IsIdentifier({ optional: true })
  readonly customerId?: string;

  @ApiPropertyOptional({ enum: orderStatuses, enumName: 'OrderStatus' })
  @IsOptional()
  @IsIn(orderStatuses, { message: `$property is one of ${orderStatuses.join(', ')}` })
  readonly status?: OrderStatus;

  @ApiPropertyOptional({
    description: 'An exact address, or a prefix ending in *; without case',
    maxLength: 255,
  })
  @IsOptional()
  @MaxLength(255, { message: '$property has at most 255 characters' })
  @Matches(/^[^\p{Cc}\p{Cs}]*[^\p{Cc}\p{Cs}*][^\p{Cc}\p{Cs}]*$/u, {
    message: '$property is an address, or the beginning of one followed by *',
  })
  readonly email?: string;

  @QueryNumber({ optional: true, min: 0, max: MAX_MINOR_UNITS, description: 'Minor units, inclusive' })
  readonly minAmount?: number;

  @QueryNumber({ optional: true, min: 0, max: MAX_MINOR_UNITS, description: 'Minor units, inclusive' })
  readonly maxAmount?: number;

  @IsCurrency({ optional: true, description: 'Needed with minAmount and maxAmount' })
  readonly currency?: string;

  @IsInstant({ description: 'Created then or later' })
  readonly from?: Date;

  @IsInstant({ description: 'Created before' })
  readonly to?: Date;

  @ApiPropertyOptional({ enum: orderSorts, default: '-createdAt' })
  @IsOptional()
  @IsIn(orderSorts, { message: `$property is one of ${orderSorts.join(', ')}` })
  readonly sort: OrderSort = '-createdAt';
}

/** What no single parameter can tell: whether they make sense together. */
export function contradictionsIn(search: OrderSearch): readonly FieldFault[] {
  const { minAmount, maxAmount, currency, from, to } = search;
  const faults: FieldFault[] = [];
  if (currency === undefined && (minAmount !== undefined || maxAmount !== undefined)) {
    faults.push({
      path: 'currency',
      code: 'currency_required',
      message: 'minAmount and maxAmount need the currency that they are in',
    });
  }
  if (minAmount !== undefined && maxAmount !== undefined && minAmount > maxAmount) {
    faults.push({ path: 'minAmount', code: 'empty_range', message: 'minAmount is at most maxAmount' });
  }
  if (from !== undefined && to !== undefined && from > to) {
    faults.push({ path: 'from', code: 'empty_range', message: 'from is not after to' });
  }
  return faults;
}
