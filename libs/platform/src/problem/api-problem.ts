import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { ProblemDto } from './problem-dto';
import { refusalStatus, type RefusalCode } from './refusal-status';

/** Documents the refusals of a route, by code. Several of these on one route add up. */
export function ApiProblem(...codes: readonly RefusalCode[]): MethodDecorator {
  const statuses = [...new Set(codes.map((code) => refusalStatus[code]))];
  return applyDecorators(
    ApiExtraModels(ProblemDto),
    ...statuses.map((status) =>
      ApiResponse({
        status,
        description: codes.filter((code) => refusalStatus[code] === status).join(', '),
        content: { 'application/problem+json': { schema: { $ref: getSchemaPath(ProblemDto) } } },
      }),
    ),
  );
}
