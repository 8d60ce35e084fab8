import { HttpException } from '@nestjs/common';
import { Fault } from '@tidemark/kernel';
import type { GeneralProblem } from './general-problems';
import { ProblemException } from './problem-exception';
import { problem, statusOf } from './problems';

const RETRY_AFTER_SECONDS = 1;

/** The problems behind the statuses in the exceptions of Nest and Fastify. */
const codeOfStatus: Readonly<Record<number, GeneralProblem>> = {
  400: 'validation_failed',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not_found',
  405: 'not_found',
  408: 'request_timeout',
  413: 'payload_too_large',
  415: 'unsupported_media_type',
  429: 'rate_limited',
};

/**
 * The answer to a caller for anything that was thrown. The messages of faults and unknown errors are not shown. A
 * fault's code is shown only if it is published.
 */
export function problemOf(thrown: unknown): ProblemException {
  if (thrown instanceof ProblemException) {
    return thrown;
  }
  if (thrown instanceof Fault) {
    return problemOfFault(thrown);
  }
  if (thrown instanceof HttpException) {
    const code = codeOfStatus[thrown.getStatus()];
    if (code !== undefined) {
      return problem(code, { cause: thrown });
    }
  }
  return internalError(thrown);
}

function problemOfFault(fault: Fault): ProblemException {
  const status = statusOf(fault.code);
  if (status !== undefined && status !== 500) {
    const retryAfterSeconds = status === 503 ? RETRY_AFTER_SECONDS : undefined;
    return new ProblemException(status, fault.code, sentenceOf(fault.code), {
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
      cause: fault,
    });
  }
  if (fault.retryable) {
    return problem('store_unavailable', { retryAfterSeconds: RETRY_AFTER_SECONDS, cause: fault });
  }
  return internalError(fault);
}

function internalError(cause: unknown): ProblemException {
  return problem('internal_error', { cause });
}

/** The title of a code: `Order not pending` for `order_not_pending`. */
export function titleOf(code: string): string {
  const words = code.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function sentenceOf(code: string): string {
  return `${titleOf(code)}.`;
}
