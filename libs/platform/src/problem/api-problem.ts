import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { ProblemDto } from './problem-dto';
import { refusalStatus, type RefusalCode } from './refusal-status';

/** Documents the refusals of a route, by code. A route may have several; they add up. */
export function ApiProblem(...codes: readonly RefusalCode[]): MethodDecorator {
  const statuses = [...new Set(codes.map((code) => refusalStatus[code]))];
  return applyDecorators(
    ...statuses.map((status) =>
      ApiProblemAt(status, ...codes.filter((code) => refusalStatus[code] === status)),
    ),
  );
}

/** As `ApiProblem`, for codes that this route answers with another status than `refusalStatus` has. */
export function ApiProblemAt(status: number, ...codes: readonly RefusalCode[]): MethodDecorator {
  return applyDecorators(
    ApiExtraModels(ProblemDto),
    ApiResponse({
      status,
      description: codes.join(', '),
      content: { 'application/problem+json': { schema: { $ref: getSchemaPath(ProblemDto) } } },
    }),
  );
}
