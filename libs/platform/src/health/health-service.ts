import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import {
  HealthCheckService,
  HealthIndicatorService,
  type HealthCheckResult,
  type HealthIndicatorFunction,
  type HealthIndicatorResult,
} from '@nestjs/terminus';
import { within } from '@tidemark/kernel';
import type { Logger } from 'pino';
import { AdminPort } from '../admin-port/admin-port';
import { Metrics } from '../metrics/metrics';
import { DrainState } from './drain-state';
import { ROOT_LOGGER } from '../logging/logging';
import { PLATFORM_CONFIG, type PlatformConfig } from '../config/platform-config';
import { READINESS_CHECKS, type ReadinessCheck } from './readiness-check';

/** Runs the readiness checks of all modules, each bounded by `readinessTimeoutMs`. */
@Injectable()
export class HealthService implements OnApplicationBootstrap {
  private checks: readonly ReadinessCheck[] = [];
  private readonly failing = new Set<string>();
  private wasReady = false;
  private readonly outcome;
  private readonly isReady;

  constructor(
    private readonly modules: ModuleRef,
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly drainState: DrainState,
    private readonly adminPort: AdminPort,
    @Inject(PLATFORM_CONFIG) private readonly config: PlatformConfig,
    @Inject(ROOT_LOGGER) private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.outcome = metrics.gauge({
      name: 'tidemark_readiness_check',
      help: '1 if this dependency worked at the last readiness probe, otherwise 0',
      labelNames: ['check'],
    });
    this.isReady = metrics.gauge({
      name: 'tidemark_ready',
      help: '1 if the service was ready at the last readiness probe, otherwise 0',
    });
  }

  onApplicationBootstrap(): void {
    this.checks = this.modules
      .get<readonly ReadinessCheck[]>(READINESS_CHECKS, { strict: false, each: true })
      .flat();
  }

  /** Shows only that the event loop runs. If it checked more, a broken database would restart every replica. */
  live(): Promise<HealthCheckResult> {
    return this.health.check([]);
  }

  /** @throws ServiceUnavailableException with Terminus's result, when a check fails or the service drains */
  async ready(): Promise<HealthCheckResult> {
    try {
      const result = await this.checkAll();
      this.isReady.set(1);
      this.wasReady = true;
      return result;
    } catch (error) {
      this.isReady.set(0);
      throw error;
    }
  }

  /**
   * Shows that the service is initialised and listens. Missing dependencies do not count: filling a read model may take
   * hours, and the service must not be restarted meanwhile.
   */
  startup(): Promise<HealthCheckResult> {
    return this.live();
  }

  private async checkAll(): Promise<HealthCheckResult> {
    const drain = this.indicators.check('accepting');
    const accepting = () =>
      this.drainState.isDraining || this.adminPort.isMissing ? drain.down() : drain.up();
    const spared = ({ neededFor }: ReadinessCheck) =>
      neededFor === 'nothing' || (neededFor === 'start' && this.wasReady);
    const needed = this.checks.filter((check) => !spared(check)).map((check) => this.indicatorOf(check));
    const optional = this.checks.filter(spared).map((check) => this.indicatorOf(check)());
    const [result, ...others] = await Promise.all([this.health.check([accepting, ...needed]), ...optional]);
    return { ...result, details: Object.assign(result.details, ...others) as HealthIndicatorResult };
  }

  private indicatorOf({ name, check }: ReadinessCheck): HealthIndicatorFunction {
    const indicator = this.indicators.check(name);
    return async (): Promise<HealthIndicatorResult> => {
      try {
        const { readinessTimeoutMs } = this.config.http;
        const late = () => new Error(`no answer within ${readinessTimeoutMs} ms`);
        await within(readinessTimeoutMs, check(), late);
      } catch (error) {
        this.noteFailure(name, error);
        return indicator.down();
      }
      this.noteSuccess(name);
      return indicator.up();
    };
  }

  /** Probes come every few seconds, so only a change is logged. */
  private noteFailure(name: string, error: unknown): void {
    this.outcome.set({ check: name }, 0);
    if (!this.failing.has(name)) {
      this.failing.add(name);
      this.logger.warn({ check: name, err: error }, 'readiness check failed');
    }
  }

  private noteSuccess(name: string): void {
    this.outcome.set({ check: name }, 1);
    if (this.failing.delete(name)) {
      this.logger.info({ check: name }, 'readiness check passes again');
    }
  }
}
