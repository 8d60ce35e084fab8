import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import type { Refusal } from '@tidemark/kernel';
import { generalProblems, type GeneralProblem, type ProblemKind } from './general-problems';
import { ProblemDto } from './problem-dto';
import { ProblemException, type ProblemOptions } from './problem-exception';

/**
 * The problems that a service answers with: the general problems, and the refusals of its own domain.
 *
 * @throws Error when a problem of its own has the code of a general problem
 */
export function problemsOf<Own extends string>(own: Readonly<Record<Own, ProblemKind>>) {
  type Code = Own | GeneralProblem;
  const twice = Object.keys(own).filter((code) => Object.hasOwn(generalProblems, code));
  if (twice.length > 0) {
    throw new Error(`general problems are declared again: ${twice.join(', ')}`);
  }
  const table: Readonly<Record<string, ProblemKind>> = { ...generalProblems, ...own };
  const statusOf = (code: string) => (Object.hasOwn(table, code) ? table[code]!.status : undefined);

  return {
    /** The status for a code; undefined if the code is not published. */
    statusOf,

    /** Documents the refusals of a route, by code. A route may have several of these decorators, which add up. */
    ApiProblem(...codes: readonly Code[]): MethodDecorator {
      const statuses = [...new Set(codes.map((code) => table[code]!.status))];
      return applyDecorators(
        ...statuses.map((status) =>
          documentProblems(
            status,
            codes.filter((code) => table[code]!.status === status),
          ),
        ),
      );
    },

    /** Like `ApiProblem`, for codes that this route answers with a different status than the table's. */
    ApiProblemAt(status: number, ...codes: readonly Code[]): MethodDecorator {
      return documentProblems(status, codes);
    },

    /** @param detail the text for the caller, instead of the description */
    problem(code: Code, { detail, ...options }: ProblemOptions & { readonly detail?: string } = {}) {
      const { status, description } = table[code]!;
      return new ProblemException(status, code, detail ?? description, options);
    },

    /**
     * A refusal as the answer to an HTTP caller. A code that is not published is answered with 422.
     *
     * @param routeStatus the statuses, by code, that differ from the table on this route
     */
    refusalProblem(refusal: Refusal, routeStatus: Readonly<Record<string, number>> = {}): ProblemException {
      const status = routeStatus[refusal.code] ?? statusOf(refusal.code) ?? 422;
      return new ProblemException(status, refusal.code, refusal.message);
    },
  };
}

function documentProblems(status: number, codes: readonly string[]): MethodDecorator {
  return applyDecorators(
    ApiExtraModels(ProblemDto),
    ApiResponse({
      status,
      description: codes.join(', '),
      content: { 'application/problem+json': { schema: { $ref: getSchemaPath(ProblemDto) } } },
    }),
  );
}

/** The functions of a service that has only the general problems. */
export const { ApiProblem, problem, statusOf } = problemsOf({});
