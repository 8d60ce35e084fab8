import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

export class ProjectionPartitionDto {
  @ApiProperty({ description: 'The partition of the log.' })
  partition!: number;

  @ApiProperty({
    description: 'The position of the last event that the documents contain; 0 before the first event.',
  })
  checkpoint!: number;

  @ApiProperty({ description: 'The position of the last event in the log.' })
  head!: number;

  @ApiProperty({ description: 'head - checkpoint' })
  lag!: number;

  @ApiProperty({
    description:
      'Parked streams, each waiting for an operator to retry or discard an event. See /admin/parked.',
  })
  parkedStreams!: number;

  @ApiPropertyOptional({
    description: 'The replica that works on the partition. Absent while no replica does.',
  })
  owner?: string;

  @ApiPropertyOptional({
    description:
      'The code of the error that the partition is waiting on. Only its owner knows it, so ask every replica.',
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
      'The version of the projection that built the live generation. It rises when the same events give different documents.',
  })
  version!: number;

  @ApiProperty({ description: 'The live generation of the read model; the first is 1.' })
  generation!: number;

  @ApiPropertyOptional({ description: 'The generation that a rollback makes live again.' })
  previousGeneration?: number;

  @ApiPropertyOptional({ type: RebuildUnderWayDto })
  rebuild?: RebuildUnderWayDto;

  @ApiProperty({
    enum: ['RUNNING', 'STALLED'],
    description: 'STALLED: a partition has no owner, or its owner is waiting on an error.',
  })
  state!: 'RUNNING' | 'STALLED';

  @ApiProperty({ type: [ProjectionPartitionDto] })
  partitions!: ProjectionPartitionDto[];
}

export class ProjectionListDto {
  @ApiProperty({ type: [ProjectionDto] })
  items!: ProjectionDto[];
}
