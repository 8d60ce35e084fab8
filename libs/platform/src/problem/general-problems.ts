/** A kind of problem, by its stable code. */
export interface ProblemKind {
  /** The status of the HTTP answer, unless a route uses another. */
  readonly status: number;
  /** The default text for the caller, if there is nothing more precise. */
  readonly description: string;
}

/**
 * The problems that any service may answer with. A domain's own problems are declared in the domain; see `problemsOf`.
 */
export const generalProblems = {
  validation_failed: { status: 400, description: 'The request is malformed.' },
  unknown_field: { status: 400, description: 'The request has a field that this route does not accept.' },
  malformed_json: { status: 400, description: 'The body is not JSON in UTF-8.' },
  too_many_values: { status: 400, description: 'The body has too many names and values.' },
  idempotency_key_required: { status: 400, description: 'Every write requires an Idempotency-Key header.' },

  unauthenticated: { status: 401, description: 'A valid bearer token is required.' },
  forbidden: { status: 403, description: "The token's roles do not allow this." },

  not_found: { status: 404, description: 'There is nothing at this address.' },

  request_timeout: { status: 408, description: 'The request took too long to arrive.' },

  concurrent_modification: {
    status: 409,
    description: 'The write conflicted with other writes at every attempt. Send it again.',
  },
  command_in_progress: { status: 409, description: 'The same command is already in progress.' },
  not_parked: { status: 409, description: 'The stream is not parked.' },

  version_mismatch: { status: 412, description: 'The current version differs from the version in If-Match.' },
  payload_too_large: { status: 413, description: 'The body is larger than this route allows.' },
  unsupported_media_type: { status: 415, description: 'The body must be application/json.' },
  expectation_failed: { status: 417, description: 'The only supported value of Expect is 100-continue.' },

  idempotency_key_reused: {
    status: 422,
    description: 'This Idempotency-Key was already used for a different request.',
  },

  rate_limited: { status: 429, description: 'Too many requests.' },

  internal_error: {
    status: 500,
    description: 'The service failed. Find the reason in its log by the correlation id.',
  },

  store_unavailable: { status: 503, description: 'The service cannot reach its store at the moment.' },
  read_model_behind: {
    status: 503,
    description: 'The read model has not reached the position of the consistency token. Try again.',
  },
  identity_provider_unavailable: {
    status: 503,
    description: 'Tokens cannot be verified at the moment. Try again.',
  },
  shutting_down: { status: 503, description: 'This replica is shutting down.' },
} as const satisfies Readonly<Record<string, ProblemKind>>;

export type GeneralProblem = keyof typeof generalProblems;
