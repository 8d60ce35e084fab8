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

  @ApiProperty({ type: 'integer', description: 'Of the projection' })
  readonly version!: number;

  @ApiProperty({ type: 'integer', description: 'That is being filled, or was' })
  readonly generation!: number;

  @ApiProperty({
    enum: rebuildStates,
    description: 'DONE: queries read it, or did. FAILED: what was live before stayed live.',
  })
  readonly state!: RebuildState;

  @ApiProperty({ description: 'A person, as the token names it, or deployment' })
  readonly requestedBy!: string;

  @ApiProperty({ format: 'date-time' })
  readonly requestedAt!: string;

  @ApiPropertyOptional({ format: 'date-time' })
  readonly startedAt?: string;

  @ApiPropertyOptional({ format: 'date-time' })
  readonly finishedAt?: string;

  @ApiPropertyOptional({
    type: 'integer',
    description: 'Documents that were compared with a fresh fold of the log before the flip',
  })
  readonly verifiedDocuments?: number;

  @ApiPropertyOptional({ description: 'Why it failed' })
  readonly error?: string;
}

export class RebuildProgressDto extends RebuildDto {
  @ApiProperty({ type: 'integer', description: 'Events of the log that are in it' })
  readonly eventsDone!: number;

  @ApiProperty({ type: 'integer', description: 'Events of the log' })
  readonly eventsTotal!: number;

  @ApiPropertyOptional({ type: 'integer', description: 'On the average since it started' })
  readonly eventsPerSecond?: number;

  @ApiPropertyOptional({ type: 'integer', description: 'At that rate; absent when nothing is left' })
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
