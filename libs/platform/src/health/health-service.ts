import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import {
  HealthCheckService,
  HealthIndicatorService,
  type HealthCheckResult,
  type HealthIndicatorFunction,
  type HealthIndicatorResult,
} from '@nestjs/terminus';
import type { Logger } from 'pino';
import { DrainState } from '../service/drain-state';
import { ROOT_LOGGER } from '../service/logging';
import { PLATFORM_CONFIG, type PlatformConfig } from '../service/platform-config';
import { READINESS_CHECKS, type ReadinessCheck } from './readiness-check';
import { within } from './within';

/** Runs the readiness checks of all modules, each bounded by `readinessTimeoutMs`. */
@Injectable()
export class HealthService implements OnApplicationBootstrap {
  private checks: readonly ReadinessCheck[] = [];
  private readonly failing = new Set<string>();
  private started = false;

  constructor(
    private readonly modules: ModuleRef,
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly drainState: DrainState,
    @Inject(PLATFORM_CONFIG) private readonly config: PlatformConfig,
    @Inject(ROOT_LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.checks = this.modules
      .get<readonly ReadinessCheck[]>(READINESS_CHECKS, { strict: false, each: true })
      .flat();
  }

  /** The process turns its event loop; nothing else, or a broken database would restart every replica. */
  live(): Promise<HealthCheckResult> {
    return this.health.check([]);
  }

  /** @throws ServiceUnavailableException with Terminus's result, when a check fails or the service drains */
  async ready(): Promise<HealthCheckResult> {
    const drain = this.indicators.check('accepting');
    const accepting = () => (this.drainState.isDraining ? drain.down() : drain.up());
    const result = await this.health.check([
      accepting,
      ...this.checks.map((check) => this.indicatorOf(check)),
    ]);
    this.started = true;
    return result;
  }

  /**
   * Whether the service was ready once.
   *
   * @throws ServiceUnavailableException
   */
  startup(): Promise<HealthCheckResult> {
    return this.started ? this.live() : this.ready();
  }

  private indicatorOf({ name, check }: ReadinessCheck): HealthIndicatorFunction {
    const indicator = this.indicators.check(name);
    return async (): Promise<HealthIndicatorResult> => {
      try {
        await within(this.config.http.readinessTimeoutMs, check);
      } catch (error) {
        this.noteFailure(name, error);
        return indicator.down();
      }
      this.noteSuccess(name);
      return indicator.up();
    };
  }

  /** Probes come every few seconds: only a change is worth a line. */
  private noteFailure(name: string, error: unknown): void {
    if (!this.failing.has(name)) {
      this.failing.add(name);
      this.logger.warn({ check: name, err: error }, 'readiness check fails');
    }
  }

  private noteSuccess(name: string): void {
    if (this.failing.delete(name)) {
      this.logger.info({ check: name }, 'readiness check passes again');
    }
  }
}
