import { refusals } from '@tidemark/contracts';
import { problemsOf } from '@tidemark/platform';

/** The refusals of the domain, as HTTP answers. */
export const { ApiProblem, ApiProblemAt, problem, refusalProblem, statusOf } = problemsOf(refusals);
