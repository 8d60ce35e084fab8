import { faultCode } from './errors';

/** How long a failure counts. It is longer than the pauses between the resends of senders. */
const FAILURE_HOLDS_MS = 120_000;

/** The last failure of each target, until the target works again, or for two minutes. */
export class RecentFailures<Target> {
  private readonly failures = new Map<Target, { readonly error: unknown; readonly at: number }>();

  /** Absent if no failure counts. */
  get errorCode(): string | undefined {
    const since = performance.now() - FAILURE_HOLDS_MS;
    const failure = [...this.failures.values()].find(({ at }) => at >= since);
    return failure && faultCode(failure.error);
  }

  add(target: Target, error: unknown): void {
    this.failures.set(target, { error, at: performance.now() });
  }

  clear(target: Target): void {
    this.failures.delete(target);
  }
}
