import type { PartitionKeys } from '@tidemark/contracts';
import { projectionsOf } from '@tidemark/projections';

/** Defines a projection of Tidemark's log. */
export const project = projectionsOf<PartitionKeys>();
