import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { IsUuid } from '../dto/field-rules';
import { PageQueryDto } from '../dto/page-query-dto';
import { parkedStatuses, type ParkedStatus } from './parked-work';

export class ParkedParams {
  @IsUuid({ description: 'As the list has it' })
  readonly id!: string;
}

export class ListParkedQuery extends PageQueryDto {
  @ApiPropertyOptional({ enum: parkedStatuses, description: 'All but RESOLVED when absent' })
  @IsOptional()
  @IsIn(parkedStatuses, { message: `$property is one of ${parkedStatuses.join(', ')}` })
  readonly status?: ParkedStatus;
}

export class ParkedErrorDto {
  @ApiProperty({ example: 'projection_failed' })
  readonly code!: string;

  @ApiProperty()
  readonly message!: string;
}

export class ParkedEventDto {
  @ApiProperty({ type: 'integer', description: 'Its place in the partition' })
  readonly position!: number;

  @ApiProperty({ type: 'integer', description: 'Its place in the stream' })
  readonly version!: number;

  @ApiProperty()
  readonly eventId!: string;

  @ApiProperty({ example: 'OrderPaid' })
  readonly type!: string;
}

export class ParkedActDto {
  @ApiProperty({
    enum: ['parked', 'retry_requested', 'discard_requested', 'retried', 'failed_again', 'discarded'],
  })
  readonly act!: string;

  @ApiProperty({ description: "The token's subject, or the replica that did it" })
  readonly actor!: string;

  @ApiProperty({ format: 'date-time' })
  readonly at!: string;
}

export class ParkedItemDto {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ description: 'The consumer group that can not go on with the stream' })
  readonly group!: string;

  @ApiProperty({ type: 'integer' })
  readonly partition!: number;

  @ApiProperty({ example: 'Order-3f1c9f0e-6f4e-4c43-9a51-0f2d3a8a2f11' })
  readonly streamId!: string;

  @ApiProperty({ example: 'Order' })
  readonly streamType!: string;

  @ApiProperty({
    enum: parkedStatuses,
    description:
      'PARKED waits for a person; what was requested is carried out within seconds; RESOLVED takes part again.',
  })
  readonly status!: ParkedStatus;

  @ApiProperty()
  readonly error!: ParkedErrorDto;

  @ApiProperty({ description: 'The event that failed' })
  readonly event!: ParkedEventDto;

  @ApiProperty({ type: 'integer', description: 'Events of the stream that wait behind it' })
  readonly waiting!: number;

  @ApiProperty({ type: 'integer', description: 'How often the event was tried' })
  readonly attempts!: number;

  @ApiProperty({ format: 'date-time' })
  readonly parkedAt!: string;

  @ApiProperty({ type: [ParkedEventDto], description: 'Events that were given up' })
  readonly discarded!: readonly ParkedEventDto[];

  @ApiProperty({ type: [ParkedActDto], description: 'What was done, by whom and when; oldest first' })
  readonly acts!: readonly ParkedActDto[];
}

export class ParkedListDto {
  @ApiProperty({ type: [ParkedItemDto] })
  readonly items!: readonly ParkedItemDto[];

  @ApiPropertyOptional()
  readonly nextCursor?: string;
}
