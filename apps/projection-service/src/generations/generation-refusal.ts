import { notFound, problemsOf, type ProblemException, type ProblemKind } from '@tidemark/platform';
import type { RebuildRefusal, RollbackRefusal } from '@tidemark/projections';

type Refusal = RebuildRefusal | RollbackRefusal;

export const { ApiProblem, problem } = problemsOf({
  rebuild_in_progress: {
    status: 409,
    description: 'A rebuild of this projection is already in progress. Wait until it ends.',
  },
  outdated_replica: {
    status: 409,
    description:
      'The live generation comes from a newer release than this replica. Send the request to a replica of that release.',
  },
  no_previous_generation: {
    status: 409,
    description: 'There is no previous generation to roll back to.',
  },
  previous_generation_behind: {
    status: 409,
    description:
      'The previous generation is not up to date with the live one. Rebuild the projection instead.',
  },
  projection_paused: {
    status: 409,
    description: 'The projection is paused. Resume it first.',
  },
} satisfies Record<Exclude<Refusal, 'unknown_projection'>, ProblemKind>);

export function generationRefusal(refusal: Refusal): ProblemException {
  return refusal === 'unknown_projection' ? notFound('projection') : problem(refusal);
}
