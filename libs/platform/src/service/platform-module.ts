import { ConfigurableModuleBuilder, Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import { TerminusModule } from '@nestjs/terminus';
import type { Logger } from 'pino';
import { AdminPort } from '../admin-port/admin-port';
import { Authenticator } from '../auth/authenticator';
import { RateLimiter } from '../auth/rate-limiter';
import { RefusalLimiter } from '../auth/refusal-limiter';
import { HealthController } from '../health/health-controller';
import { HealthService } from '../health/health-service';
import { READINESS_CHECKS } from '../health/readiness-check';
import { RequestValidationPipe } from '../http/request-validation-pipe';
import { UndeclaredInputGuard } from '../http/undeclared-input-guard';
import { Metrics } from '../metrics/metrics';
import { MetricsController } from '../metrics/metrics-controller';
import { RequestLog } from '../metrics/request-log';
import { ProblemFilter } from '../problem/problem-filter';
import { SecretRotation } from './secret-rotation';
import { DrainState } from '../health/drain-state';
import { ROOT_LOGGER } from '../logging/logging';
import { PLATFORM_CONFIG, type PlatformConfig } from '../config/platform-config';

export interface PlatformModuleOptions {
  /** The service's name, a label of its metrics. */
  readonly name: string;
  readonly config: PlatformConfig;
  readonly logger: Logger;
  readonly adminPort: AdminPort;
}

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } =
  new ConfigurableModuleBuilder<PlatformModuleOptions>()
    .setClassMethodName('forRoot')
    .setExtras({ isGlobal: true }, (module, { isGlobal }) => ({ ...module, global: isGlobal }))
    .build();

export const PLATFORM_OPTIONS = MODULE_OPTIONS_TOKEN as symbol;

/**
 * The providers that every service has. Global, so that a feature module injects `Metrics` without an import.
 * `createService` adds it; the HTTP hooks that go with it are in `request-hooks`.
 */
@Module({
  controllers: [HealthController, MetricsController],
  providers: [
    DrainState,
    HealthService,
    RequestLog,
    {
      provide: ROOT_LOGGER,
      useFactory: ({ logger }: PlatformModuleOptions) => logger,
      inject: [PLATFORM_OPTIONS],
    },
    {
      provide: PLATFORM_CONFIG,
      useFactory: ({ config }: PlatformModuleOptions) => config,
      inject: [PLATFORM_OPTIONS],
    },
    {
      provide: AdminPort,
      useFactory: ({ adminPort }: PlatformModuleOptions) => adminPort,
      inject: [PLATFORM_OPTIONS],
    },
    {
      provide: Metrics,
      useFactory: ({ name }: PlatformModuleOptions) => new Metrics(name),
      inject: [PLATFORM_OPTIONS],
    },
    {
      provide: SecretRotation,
      useFactory: ({ config, logger }: PlatformModuleOptions, metrics: Metrics) =>
        new SecretRotation(config, metrics, logger),
      inject: [PLATFORM_OPTIONS, Metrics],
    },
    {
      provide: Authenticator,
      useFactory: ({ config }: PlatformModuleOptions) => new Authenticator(config.auth),
      inject: [PLATFORM_OPTIONS],
    },
    {
      provide: RateLimiter,
      useFactory: ({ config: { http } }: PlatformModuleOptions) =>
        new RateLimiter(http.customerRequestsPerSecond, http.customerBurst),
      inject: [PLATFORM_OPTIONS],
    },
    {
      provide: RefusalLimiter,
      useFactory: ({ config: { http } }: PlatformModuleOptions) =>
        new RefusalLimiter(new RateLimiter(http.refusalsPerSecond, http.refusalBurst)),
      inject: [PLATFORM_OPTIONS],
    },
    // Ensures that the token resolves even if no module has checks of its own.
    { provide: READINESS_CHECKS, useValue: [] },
    { provide: APP_FILTER, useClass: ProblemFilter },
    { provide: APP_PIPE, useClass: RequestValidationPipe },
    { provide: APP_GUARD, useClass: UndeclaredInputGuard },
  ],
  exports: [DrainState, Metrics],
})
export class PlatformModule extends ConfigurableModuleClass {
  static override forRoot(options: Parameters<typeof ConfigurableModuleClass.forRoot>[0]): DynamicModule {
    const module = super.forRoot(options);
    return {
      ...module,
      imports: [...(module.imports ?? []), TerminusModule.forRoot({ logger: false })],
    };
  }
}
