import type { ConsumerPartitionStatus } from '@tidemark/messaging';
import type { Projection } from '@tidemark/projections';
import type { ProjectionDto } from './projection-list.dto';

/** A collection is filled once, in place, and never exchanged for another. */
const onlyGeneration = 1;

/** All projections share the group's checkpoints: a batch counts when it is in every read model. */
export function projectionStatus(
  { name, version }: Projection,
  partitions: readonly ConsumerPartitionStatus[],
): ProjectionDto {
  const stalled = partitions.some(({ owner, error }) => owner === undefined || error !== undefined);
  return {
    name,
    version,
    generation: onlyGeneration,
    state: stalled ? 'STALLED' : 'RUNNING',
    partitions: partitions.map(({ partition, checkpoint, head, lag, parked, owner, error }) => ({
      partition,
      checkpoint: checkpoint.position,
      head,
      lag,
      parkedStreams: parked,
      ...(owner !== undefined && { owner }),
      ...(error !== undefined && { error }),
    })),
  };
}
