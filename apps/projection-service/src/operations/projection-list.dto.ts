import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

export class ProjectionPartitionDto {
  @ApiProperty({ description: 'The partition of the log.' })
  partition!: number;

  @ApiProperty({ description: 'The position up to which events are in the documents; 0 before the first.' })
  checkpoint!: number;

  @ApiProperty({ description: 'The last position of the log.' })
  head!: number;

  @ApiProperty({ description: 'head - checkpoint' })
  lag!: number;

  @ApiProperty({
    description: 'Streams that wait for somebody to retry or discard an event: see /admin/parked.',
  })
  parkedStreams!: number;

  @ApiPropertyOptional({ description: 'The replica that works on the partition; absent while none does.' })
  owner?: string;

  @ApiPropertyOptional({
    description:
      'Code of the fault on which the partition waits. Known to its owner only, so ask every replica.',
  })
  error?: string;
}

export class RebuildUnderWayDto {
  @ApiProperty({ format: 'uuid', description: 'See /admin/rebuilds/{id}.' })
  id!: string;

  @ApiProperty({ description: 'The generation that is being filled.' })
  generation!: number;
}

export class ProjectionDto {
  @ApiProperty({ example: 'order_list' })
  name!: string;

  @ApiProperty({
    description:
      'Of the projection that made what is served; raised whenever the same events would give other documents.',
  })
  version!: number;

  @ApiProperty({ description: 'Which filling of the read model is served; the first is 1.' })
  generation!: number;

  @ApiPropertyOptional({ description: 'What was served before, and can be again: the way back.' })
  previousGeneration?: number;

  @ApiPropertyOptional({ type: RebuildUnderWayDto })
  rebuild?: RebuildUnderWayDto;

  @ApiProperty({
    enum: ['RUNNING', 'STALLED'],
    description: 'STALLED: a partition has no owner, or waits on a fault.',
  })
  state!: 'RUNNING' | 'STALLED';

  @ApiProperty({ type: [ProjectionPartitionDto] })
  partitions!: ProjectionPartitionDto[];
}

export class ProjectionListDto {
  @ApiProperty({ type: [ProjectionDto] })
  items!: ProjectionDto[];
}
