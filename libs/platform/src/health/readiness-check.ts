/** Something that the service can't work without. */
export interface ReadinessCheck {
  /** As it shows in `/health/ready`. */
  readonly name: string;
  /**
   * `requests`, the default: without it requests can't be answered, so none should be sent. `start`: a service that was
   * ready once answers without it, and stays ready; its answer says what it lacks. A new release that can't reach it,
   * as with a wrong address, does not become ready. `nothing`: the service is ready without it, and its answer says
   * what it lacks.
   */
  readonly neededFor?: 'requests' | 'start' | 'nothing';
  /** Resolves when it works. What it rejects with is logged, never shown. */
  check(): Promise<unknown>;
}

/**
 * The token of a module's readiness checks: `{ provide: READINESS_CHECKS, useFactory: … => [check, …] }`. Every module may
 * have its own; all of them count.
 */
export const READINESS_CHECKS = Symbol('readiness checks');
