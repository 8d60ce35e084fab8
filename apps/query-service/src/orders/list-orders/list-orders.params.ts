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
  @IsIn(orderStatuses, { message: `$property must be one of ${orderStatuses.join(', ')}` })
  readonly status?: OrderStatus;

  @ApiPropertyOptional({
    description: 'An exact address, or a prefix followed by *. Not case-sensitive',
    maxLength: 255,
  })
  @IsOptional()
  @MaxLength(255, { message: '$property must have at most 255 characters' })
  @Matches(/^[^\p{Cc}\p{Cs}]*[^\p{Cc}\p{Cs}*][^\p{Cc}\p{Cs}]*$/u, {
    message: '$property must be an e-mail address, or the beginning of one followed by *',
  })
  readonly email?: string;

  @QueryNumber({
    optional: true,
    min: 0,
    max: MAX_MINOR_UNITS,
    description: 'In minor units, inclusive. Requires `currency`',
  })
  readonly minAmount?: number;

  @QueryNumber({
    optional: true,
    min: 0,
    max: MAX_MINOR_UNITS,
    description: 'In minor units, inclusive. Requires `currency`',
  })
  readonly maxAmount?: number;

  @IsCurrency({ optional: true, description: 'Required with minAmount or maxAmount' })
  readonly currency?: string;

  @IsInstant({ description: 'Only orders created at or after this instant' })
  readonly from?: Date;

  @IsInstant({ description: 'Only orders created before this instant' })
  readonly to?: Date;

  @ApiPropertyOptional({ enum: orderSorts, default: '-createdAt' })
  @IsOptional()
  @IsIn(orderSorts, { message: `$property must be one of ${orderSorts.join(', ')}` })
  readonly sort: OrderSort = '-createdAt';
}

/** Rules that concern several parameters together. */
export function contradictionsIn(search: OrderSearch): readonly FieldFault[] {
  const { minAmount, maxAmount, currency, from, to } = search;
  const faults: FieldFault[] = [];
  if (currency === undefined && (minAmount !== undefined || maxAmount !== undefined)) {
    faults.push({
      path: 'currency',
      code: 'currency_required',
      message: 'currency is required with minAmount or maxAmount',
    });
  }
  if (minAmount !== undefined && maxAmount !== undefined && minAmount > maxAmount) {
    faults.push({
      path: 'minAmount',
      code: 'empty_range',
      message: 'minAmount must not be greater than maxAmount',
    });
  }
  if (from !== undefined && to !== undefined && from > to) {
    faults.push({ path: 'from', code: 'empty_range', message: 'from must not be later than to' });
  }
  return faults;
}
