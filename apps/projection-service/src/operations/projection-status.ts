import { backlogOf, type ConsumerPartitionStatus } from '@tidemark/messaging';
import type { ReadModelState } from '@tidemark/projections';
import type { ProjectionDto } from './projection-list.dto';

/** The status that matters to queries: that of the live generation, whichever replica feeds it. */
export function projectionStatus(
  { name, live, previous, building }: ReadModelState,
  partitions: readonly ConsumerPartitionStatus[],
  positions: ReadonlyMap<number, number>,
): ProjectionDto {
  const stalled = partitions.some(({ owner, error }) => owner === undefined || error !== undefined);
  return {
    name,
    version: live.version,
    generation: live.generation,
    ...(previous && { previousGeneration: previous.generation }),
    ...(building && { rebuild: { id: building.rebuildId, generation: building.generation } }),
    state: stalled ? 'STALLED' : 'RUNNING',
    partitions: partitions.map(({ partition, head, parked, owner, error }) => {
      const checkpoint = positions.get(partition) ?? 0;
      return {
        partition,
        checkpoint,
        head,
        lag: backlogOf(checkpoint, head),
        parkedStreams: parked,
        ...(owner !== undefined && { owner }),
        ...(error !== undefined && { error }),
      };
    }),
  };
}
