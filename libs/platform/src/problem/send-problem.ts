import type { FastifyReply } from 'fastify';
import type { ProblemException } from './problem-exception';
import { titleOf } from './problem-of';

/** Answers with RFC 9457 problem details. Headers that describe the original answer, such as an ETag, are dropped. */
export function sendProblem(reply: FastifyReply, problem: ProblemException): FastifyReply {
  for (const name of ['etag', 'location', 'consistency-token', 'content-encoding', 'content-disposition']) {
    reply.removeHeader(name);
  }
  const correlationId = reply.request.id;
  return reply
    .code(problem.getStatus())
    .headers({ 'x-correlation-id': correlationId, 'cache-control': 'no-store', ...problem.headers })
    .type('application/problem+json')
    .send(
      JSON.stringify({
        ...headOf(problem.getStatus(), problem.code),
        detail: problem.message,
        correlationId,
        ...(problem.errorCount > 0 && { errors: problem.errors, errorCount: problem.errorCount }),
      }),
    );
}

/** An example of the answer, for the OpenAPI document. */
export function exampleProblemOf(status: number, code: string): object {
  return { ...headOf(status, code), detail: `${titleOf(code)}.`, correlationId: 'web-7f3a' };
}

function headOf(status: number, code: string): object {
  return { type: `urn:tidemark:problem:${code}`, title: titleOf(code), status, code };
}
