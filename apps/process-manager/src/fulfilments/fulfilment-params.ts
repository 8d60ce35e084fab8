import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsUuid, PageQueryDto } from '@tidemark/platform';
import { Transform } from 'class-transformer';
import { IsIn, IsOptional } from 'class-validator';
import { fulfilmentStates, type FulfilmentState } from './fulfilment-state';

export class OrderIdParams {
  @IsUuid({ description: "The order's id" })
  readonly orderId!: string;
}

export class ListFulfilmentsQuery extends PageQueryDto {
  @ApiPropertyOptional({ enum: fulfilmentStates, description: 'Not case-sensitive' })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.toUpperCase() : value))
  @IsIn(fulfilmentStates, { message: `$property must be one of ${fulfilmentStates.join(', ')}` })
  readonly state?: FulfilmentState;
}
