import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

export class PartitionDto {
  @ApiProperty({ description: 'The partition of the log.' })
  readonly partition!: number;

  @ApiProperty({
    description:
      'The position of the last event that the fulfilments have reacted to; 0 before the first event.',
  })
  readonly checkpoint!: number;

  @ApiProperty({ description: 'The position of the last event in the log.' })
  readonly head!: number;

  @ApiProperty({ description: 'head - checkpoint' })
  readonly lag!: number;

  @ApiProperty({
    description:
      'Parked streams, each waiting for an operator to retry or discard an event. See /admin/parked.',
  })
  readonly parkedStreams!: number;

  @ApiPropertyOptional({
    description: 'The replica that works on the partition. Absent while no replica does.',
  })
  readonly owner?: string;

  @ApiPropertyOptional({
    description:
      'The code of the error that the partition is waiting on. Only its owner knows it, so ask every replica.',
  })
  readonly error?: string;
}

export class PartitionListDto {
  @ApiProperty({ type: [PartitionDto] })
  readonly items!: readonly PartitionDto[];
}
