/** A dependency whose state a service reports in `/health/ready`. */
export interface ReadinessCheck {
  /** Its name in `/health/ready`. */
  readonly name: string;
  /**
   * - `requests`, the default: without the part, requests can't be answered, so the service is not ready.
   * - `start`: once the service was ready, it answers requests without the part and stays ready. A new release that
   *   can't reach it, for example because of a wrong address, does not become ready.
   * - `nothing`: the service is ready without the part.
   *
   * In each case the answer of `/health/ready` names the parts that are missing.
   */
  readonly neededFor?: 'requests' | 'start' | 'nothing';
  /** Resolves if the dependency works. A rejection's reason is logged, never shown. */
  check(): Promise<unknown>;
}

/**
 * The token of a module's readiness checks: `{ provide: READINESS_CHECKS, useFactory: … => [check, …] }`. Every module
 * may provide its own; all of them are run.
 */
export const READINESS_CHECKS = Symbol('readiness checks');
