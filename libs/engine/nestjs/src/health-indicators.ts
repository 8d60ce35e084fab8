import type { HealthCheck } from './part';

/** The answer of one check, in the form of an indicator of `@nestjs/terminus`. */
export type Indication = Readonly<
  Record<string, { readonly status: 'up' | 'down'; readonly reason?: string }>
>;

/**
 * The checks as indicators for `HealthCheckService.check` of `@nestjs/terminus`. Call it once: each indicator remembers
 * whether its check has passed. A check that the application can do without is `up`, with the `reason` why it fails.
 */
export function healthIndicators({
  checks,
}: {
  readonly checks: readonly HealthCheck[];
}): readonly (() => Promise<Indication>)[] {
  return checks.map(indicatorOf);
}

function indicatorOf({ name, neededFor = 'requests', check }: HealthCheck): () => Promise<Indication> {
  let hasPassed = false;
  return async () => {
    try {
      await check();
      hasPassed = true;
      return { [name]: { status: 'up' } };
    } catch (error) {
      const isSpared = neededFor === 'nothing' || (neededFor === 'start' && hasPassed);
      const reason = error instanceof Error ? error.message : String(error);
      return { [name]: { status: isSpared ? 'up' : 'down', reason } };
    }
  };
}
