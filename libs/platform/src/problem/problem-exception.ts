import { HttpException } from '@nestjs/common';

/** One bad field: its path (`items[0].quantity`, a query parameter or a header), a stable code, and a sentence. */
export interface FieldFault {
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

export const MAX_SHOWN_ERRORS = 20;

/** Every valid path is shorter. Unknown names from a client can be as long as the body. */
const MAX_PATH_LENGTH = 200;
const MAX_MESSAGE_LENGTH = 300;

export interface ProblemOptions {
  /** An answer shows the first `MAX_SHOWN_ERRORS` faults. */
  readonly errors?: readonly FieldFault[];
  readonly retryAfterSeconds?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** For the log; the caller never sees it. */
  readonly cause?: unknown;
}

/**
 * The answer to an HTTP caller, as RFC 9457 problem details. The caller sees the message, so keep internals out of it.
 */
export class ProblemException extends HttpException {
  readonly errors: readonly FieldFault[];
  /** The number of faults, including those that are not in `errors`. */
  readonly errorCount: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    /** Stable, public, in snake_case. */
    readonly code: string,
    message: string,
    { errors = [], retryAfterSeconds, headers = {}, cause }: ProblemOptions = {},
  ) {
    super(message, status, { cause });
    this.errors = errors.slice(0, MAX_SHOWN_ERRORS).map(clipped);
    this.errorCount = errors.length;
    this.headers =
      retryAfterSeconds === undefined ? headers : { ...headers, 'retry-after': String(retryAfterSeconds) };
  }
}

/**
 * The answer 400, with the code `validation_failed` or the published code that all faults share, such as
 * `unknown_field`.
 */
export function invalidRequest(...errors: readonly FieldFault[]): ProblemException {
  const codes = new Set(errors.map(({ code }) => code));
  const code = codes.size === 1 && codes.has('unknown_field') ? 'unknown_field' : 'validation_failed';
  const shown = errors.slice(0, MAX_SHOWN_ERRORS).map(clipped);
  const paths = [...new Set(shown.map(({ path }) => path))].filter(Boolean).slice(0, 5);
  return new ProblemException(400, code, `Not valid: ${paths.join(', ') || 'the body'}.`, { errors });
}

function clipped({ path, code, message }: FieldFault): FieldFault {
  return { path: clip(path, MAX_PATH_LENGTH), code, message: clip(message, MAX_MESSAGE_LENGTH) };
}

/** Cuts a text, but never between the two halves of a surrogate pair, because the result would not be valid text. */
function clip(text: string, maxLength: number): string {
  return text.length <= maxLength ? text : `${text.slice(0, maxLength).replace(/\p{Surrogate}$/u, '')}…`;
}

/** The answer 404, for an object that does not exist or does not belong to the caller. */
export function notFound(what: string): ProblemException {
  return new ProblemException(404, 'not_found', `There is no such ${what}.`);
}
