import { ProblemException } from '@tidemark/platform';
import type { RebuildRefusal, RollbackRefusal } from '@tidemark/projections';

const messages: Readonly<Record<RebuildRefusal | RollbackRefusal, string>> = {
  unknown_projection: 'There is no such projection.',
  rebuild_in_progress: 'Another generation of the projection is being filled.',
  outdated_replica: 'What is live is of a newer version than this replica has.',
  no_previous_generation: 'There is no generation before the live one any more.',
  previous_generation_behind:
    'The generation before does not have all that the live one has, or nobody feeds it any more.',
};

export function generationRefusal(refusal: RebuildRefusal | RollbackRefusal): ProblemException {
  return refusal === 'unknown_projection'
    ? new ProblemException(404, 'not_found', messages[refusal])
    : new ProblemException(409, refusal, messages[refusal]);
}
