import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { fulfilmentStates, type FulfilmentState } from './fulfilment-state';

export class WaitDto {
  @ApiProperty({ description: 'An event, or a command that has no answer yet' })
  readonly what!: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Absent: no deadline, or not sent yet' })
  readonly deadline?: string;
}

export class ReservationDto {
  @ApiProperty()
  readonly productId!: string;

  @ApiProperty({ type: 'integer' })
  readonly quantity!: number;

  @ApiProperty({ enum: ['REQUESTED', 'RESERVED', 'FAILED', 'RELEASING', 'RELEASED', 'SHIPPED'] })
  readonly status!: string;
}

export class CompensationDto {
  @ApiProperty({ description: 'What is undone, as in refunding_payment' })
  readonly step!: string;

  @ApiProperty({ enum: ['ARMED', 'RUNNING', 'DONE', 'DROPPED'] })
  readonly status!: string;
}

export class HistoryEntryDto {
  @ApiProperty({ format: 'date-time' })
  readonly at!: string;

  @ApiProperty({
    description: 'The type of an event, the name of a timer, unanswered, retry, skip or force_compensate',
  })
  readonly event!: string;

  @ApiProperty({ description: 'What the fulfilment did' })
  readonly action!: string;

  @ApiPropertyOptional({
    description: 'The subject that asked for it, where a person did; `staff` to a customer',
  })
  readonly actor?: string;

  @ApiPropertyOptional({ description: 'Why, where that person said so' })
  readonly reason?: string;
}

export class FulfilmentDto {
  @ApiProperty({ format: 'uuid' })
  readonly orderId!: string;

  @ApiProperty({ enum: fulfilmentStates })
  readonly state!: FulfilmentState;

  @ApiProperty()
  readonly step!: string;

  @ApiProperty({ type: [WaitDto] })
  readonly waitingFor!: readonly WaitDto[];

  @ApiProperty({ type: [ReservationDto] })
  readonly reservations!: readonly ReservationDto[];

  @ApiProperty({ type: [CompensationDto] })
  readonly compensations!: readonly CompensationDto[];

  @ApiPropertyOptional()
  readonly lastError?: string;

  @ApiProperty({ type: [HistoryEntryDto] })
  readonly history!: readonly HistoryEntryDto[];
}

export class FulfilmentListDto {
  @ApiProperty({ type: [FulfilmentDto] })
  readonly items!: readonly FulfilmentDto[];

  @ApiPropertyOptional()
  readonly nextCursor?: string;
}
