import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { IsUuid } from '../dto/field-rules';
import { PageQueryDto } from '../dto/page-query-dto';
import { pageDto } from '../paging/page-dto';
import { parkedStatuses, type ParkedStatus } from './parked-work';

export class ParkedParams {
  @IsUuid({ description: 'The id from the list of parked streams' })
  readonly id!: string;
}

export class ListParkedQuery extends PageQueryDto {
  @ApiPropertyOptional({ enum: parkedStatuses, description: 'Defaults to every status except RESOLVED' })
  @IsOptional()
  @IsIn(parkedStatuses, { message: `$property must be one of ${parkedStatuses.join(', ')}` })
  readonly status?: ParkedStatus;
}

export class ParkedErrorDto {
  @ApiProperty({ example: 'projection_failed' })
  readonly code!: string;

  @ApiProperty()
  readonly message!: string;
}

export class ParkedEventDto {
  @ApiProperty({ type: 'integer', description: 'The position of the event in its partition' })
  readonly position!: number;

  @ApiProperty({ type: 'integer', description: 'The position of the event in its stream' })
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

  @ApiProperty({ description: 'The subject of the token, or the replica that acted' })
  readonly actor!: string;

  @ApiProperty({ format: 'date-time' })
  readonly at!: string;
}

export class ParkedItemDto {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ description: 'The consumer group that cannot process the stream' })
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
      'PARKED: waits for an operator. RETRY_REQUESTED, DISCARD_REQUESTED: carried out within seconds. RESOLVED: processed again.',
  })
  readonly status!: ParkedStatus;

  @ApiProperty()
  readonly error!: ParkedErrorDto;

  @ApiProperty({ description: 'The event that failed' })
  readonly event!: ParkedEventDto;

  @ApiProperty({
    type: 'integer',
    description: 'The number of later events of the stream that wait behind the failed one',
  })
  readonly waiting!: number;

  @ApiProperty({ type: 'integer', description: 'The number of failed attempts' })
  readonly attempts!: number;

  @ApiProperty({ format: 'date-time' })
  readonly parkedAt!: string;

  @ApiProperty({ type: [ParkedEventDto], description: 'The events that were discarded' })
  readonly discarded!: readonly ParkedEventDto[];

  @ApiProperty({ type: [ParkedActDto], description: 'What was done about the stream, oldest first' })
  readonly acts!: readonly ParkedActDto[];
}

export class ParkedListDto extends pageDto(ParkedItemDto) {}
