import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { pageDto } from '@tidemark/platform';
import { fulfilmentStates, type FulfilmentState } from './fulfilment-state';

export class WaitDto {
  @ApiProperty({ description: 'The event, or the unanswered command, that the fulfilment waits for' })
  readonly what!: string;

  @ApiPropertyOptional({
    format: 'date-time',
    description: 'Absent when there is no deadline, or when the command has not been sent yet',
  })
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
  @ApiProperty({ description: 'What is being undone, such as refunding_payment' })
  readonly step!: string;

  @ApiProperty({ enum: ['ARMED', 'RUNNING', 'DONE', 'DROPPED'] })
  readonly status!: string;
}

export class HistoryEntryDto {
  @ApiProperty({ format: 'date-time' })
  readonly at!: string;

  @ApiProperty({
    description:
      'What the fulfilment reacted to: an event type, a timer, `unanswered`, `retry`, `skip` or `force_compensate`',
  })
  readonly event!: string;

  @ApiProperty({ description: 'What the fulfilment did in response' })
  readonly action!: string;

  @ApiPropertyOptional({
    description: 'The subject who requested it, if a person did. Customers see `staff`',
  })
  readonly actor?: string;

  @ApiPropertyOptional({ description: 'The reason that this person gave' })
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

export class FulfilmentListDto extends pageDto(FulfilmentDto) {}
