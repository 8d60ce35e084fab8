/** An answer in the form of RFC 9457, `application/problem+json`. */
export interface Problem {
  /** The stable code of the refusal, such as `not_found`. */
  readonly code?: string;
  readonly title?: string;
  readonly detail?: string;
  readonly [member: string]: unknown;
}

/** The codes of refusals that another attempt may not get, although their status is below 500. */
const passing = new Set(['concurrent_modification', 'command_in_progress']);

/** An answer that is no success. */
export class RequestRefusedError extends Error {
  override readonly name = 'RequestRefusedError';
  /** The problem's code; empty if the answer has none, as with a gateway's own answers. */
  readonly code: string;

  constructor(
    /** The method and the path. */
    readonly request: string,
    readonly status: number,
    readonly problem: Problem,
  ) {
    const { code = '', detail = '' } = problem;
    super(`${request}: ${status} ${code} ${detail}`.trim());
    this.code = code;
  }

  /** The service is unavailable, overloaded or behind, or another write interfered: a repetition may succeed. */
  get isTransient(): boolean {
    return this.status >= 500 || this.status === 429 || passing.has(this.code);
  }
}

/** There was no answer. Whether a write took place is unknown; repeat it with the same idempotency key. */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';

  constructor(
    readonly request: string,
    options: { readonly cause: unknown },
  ) {
    super(`${request}: no answer`, options);
  }
}
