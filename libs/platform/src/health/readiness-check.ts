/** Something that the service can't work without. */
export interface ReadinessCheck {
  /** As it shows in `/health/ready`. */
  readonly name: string;
  /** Resolves when it works. What it rejects with is logged, never shown. */
  check(): Promise<unknown>;
}

/**
 * The token of a module's readiness checks: `{ provide: READINESS_CHECKS, useFactory: … => [check, …] }`. Every module may
 * have its own; all of them count.
 */
export const READINESS_CHECKS = Symbol('readiness checks');
