import { HttpException } from '@nestjs/common';
import { Fault } from '@tidemark/kernel';
import { ProblemException } from './problem-exception';
import { statusOfCode } from './refusal-status';

const RETRY_AFTER_SECONDS = 1;

const generalProblems: Readonly<Record<number, readonly [code: string, message: string]>> = {
  400: ['validation_failed', 'The request is malformed.'],
  401: ['unauthenticated', 'A valid bearer token is required.'],
  403: ['forbidden', "The token's roles do not allow this."],
  404: ['not_found', 'There is nothing at this address.'],
  405: ['not_found', 'There is nothing at this address.'],
  408: ['request_timeout', 'The request took too long to arrive.'],
  413: ['payload_too_large', 'The body is larger than this route allows.'],
  415: ['unsupported_media_type', 'The body must be application/json.'],
  429: ['rate_limited', 'Too many requests.'],
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
    const status = thrown.getStatus();
    const [code, message] = generalProblems[status] ?? [];
    if (code !== undefined && message !== undefined) {
      return new ProblemException(status === 405 ? 404 : status, code, message, { cause: thrown });
    }
  }
  return internalError(thrown);
}

function problemOfFault(fault: Fault): ProblemException {
  const status = statusOfCode(fault.code);
  if (status !== undefined && status !== 500) {
    const retryAfterSeconds = status === 503 ? RETRY_AFTER_SECONDS : undefined;
    return new ProblemException(status, fault.code, sentenceOf(fault.code), {
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
      cause: fault,
    });
  }
  if (fault.retryable) {
    return new ProblemException(
      503,
      'store_unavailable',
      'The service cannot reach its store at the moment.',
      {
        retryAfterSeconds: RETRY_AFTER_SECONDS,
        cause: fault,
      },
    );
  }
  return internalError(fault);
}

function internalError(cause: unknown): ProblemException {
  const message = 'The service failed. Find the reason in its log by the correlation id.';
  return new ProblemException(500, 'internal_error', message, { cause });
}

/** `order_not_pending` as `Order not pending`. */
export function titleOf(code: string): string {
  const words = code.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function sentenceOf(code: string): string {
  return `${titleOf(code)}.`;
}
