import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { rebuildStates, type Rebuild, type RebuildProgress, type RebuildState } from '@tidemark/projections';
import { IsUuid } from '@tidemark/platform';

export class RebuildParams {
  @IsUuid({ description: "The rebuild's id" })
  readonly id!: string;
}

export class RebuildDto {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ example: 'order_list' })
  readonly projection!: string;

  @ApiProperty({ type: 'integer', description: 'The version of the projection' })
  readonly version!: number;

  @ApiProperty({ type: 'integer', description: 'The generation that the rebuild fills' })
  readonly generation!: number;

  @ApiProperty({
    enum: rebuildStates,
    description: 'DONE: the new generation went live. FAILED: the previous generation stayed live.',
  })
  readonly state!: RebuildState;

  @ApiProperty({ description: 'The subject of the token; `deployment` if a new release started the rebuild' })
  readonly requestedBy!: string;

  @ApiProperty({ format: 'date-time' })
  readonly requestedAt!: string;

  @ApiPropertyOptional({ format: 'date-time' })
  readonly startedAt?: string;

  @ApiPropertyOptional({ format: 'date-time' })
  readonly finishedAt?: string;

  @ApiPropertyOptional({
    type: 'integer',
    description:
      'The number of documents that were compared with a fresh fold of the log before the generation went live',
  })
  readonly verifiedDocuments?: number;

  @ApiPropertyOptional({ description: 'The reason for the failure' })
  readonly error?: string;
}

export class RebuildProgressDto extends RebuildDto {
  @ApiProperty({ type: 'integer', description: 'The number of events that the rebuild has folded' })
  readonly eventsDone!: number;

  @ApiProperty({ type: 'integer', description: 'The number of events in the log' })
  readonly eventsTotal!: number;

  @ApiPropertyOptional({ type: 'integer', description: 'The average rate since the rebuild started' })
  readonly eventsPerSecond?: number;

  @ApiPropertyOptional({
    type: 'integer',
    description: 'The estimated time left at that rate. Absent when no events are left',
  })
  readonly secondsLeft?: number;
}

export function toRebuild(rebuild: Rebuild): RebuildDto {
  const { requestedAt, startedAt, finishedAt, verifiedDocuments, error, ...plain } = rebuild;
  const { id, projection, version, generation, state, requestedBy } = plain;
  return {
    id,
    projection,
    version,
    generation,
    state,
    requestedBy,
    requestedAt: requestedAt.toISOString(),
    ...(startedAt && { startedAt: startedAt.toISOString() }),
    ...(finishedAt && { finishedAt: finishedAt.toISOString() }),
    ...(verifiedDocuments !== undefined && { verifiedDocuments }),
    ...(error !== undefined && { error }),
  };
}

export function toRebuildProgress(progress: RebuildProgress): RebuildProgressDto {
  const { eventsDone, eventsTotal, eventsPerSecond, secondsLeft } = progress;
  return {
    ...toRebuild(progress),
    eventsDone,
    eventsTotal,
    ...(eventsPerSecond !== undefined && { eventsPerSecond }),
    ...(secondsLeft !== undefined && { secondsLeft }),
  };
}
