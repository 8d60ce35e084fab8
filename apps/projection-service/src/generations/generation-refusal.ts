import { ProblemException } from '@tidemark/platform';
import type { RebuildRefusal, RollbackRefusal } from '@tidemark/projections';

const messages: Readonly<Record<RebuildRefusal | RollbackRefusal, string>> = {
  unknown_projection: 'There is no such projection.',
  rebuild_in_progress: 'A rebuild of this projection is already in progress. Wait until it ends.',
  outdated_replica:
    'The live generation comes from a newer release than this replica. Send the request to a replica of that release.',
  no_previous_generation: 'There is no previous generation to roll back to.',
  previous_generation_behind:
    'The previous generation is not up to date with the live one. Rebuild the projection instead.',
};

export function generationRefusal(refusal: RebuildRefusal | RollbackRefusal): ProblemException {
  return refusal === 'unknown_projection'
    ? new ProblemException(404, 'not_found', messages[refusal])
    : new ProblemException(409, refusal, messages[refusal]);
}
