import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

export class PartitionDto {
  @ApiProperty({ description: 'The partition of the log.' })
  readonly partition!: number;

  @ApiProperty({
    description: 'The position up to which fulfilments have reacted; 0 before the first event.',
  })
  readonly checkpoint!: number;

  @ApiProperty({ description: 'The last position of the log.' })
  readonly head!: number;

  @ApiProperty({ description: 'head - checkpoint' })
  readonly lag!: number;

  @ApiProperty({
    description: 'Streams that wait for somebody to retry or discard an event: see /admin/parked.',
  })
  readonly parkedStreams!: number;

  @ApiPropertyOptional({ description: 'The replica that works on the partition; absent while none does.' })
  readonly owner?: string;

  @ApiPropertyOptional({
    description:
      'Code of the fault on which the partition waits. Known to its owner only, so ask every replica.',
  })
  readonly error?: string;
}

export class PartitionListDto {
  @ApiProperty({ type: [PartitionDto] })
  readonly items!: readonly PartitionDto[];
}
