import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsUuid, PageQueryDto } from '@tidemark/platform';
import type { InstanceStatus } from '@tidemark/process-manager';
import { Transform } from 'class-transformer';
import { IsIn, IsOptional } from 'class-validator';
import { fulfilmentStates } from './fulfilment.dto';

export class OrderIdParams {
  @IsUuid({ description: "The order's id" })
  readonly orderId!: string;
}

export class ListFulfilmentsQuery extends PageQueryDto {
  @ApiPropertyOptional({ enum: fulfilmentStates, description: 'In any case' })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.toUpperCase() : value))
  @IsIn(fulfilmentStates, { message: `$property is one of ${fulfilmentStates.join(', ')}` })
  readonly state?: InstanceStatus;
}
