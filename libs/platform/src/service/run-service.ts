import { setTimeout as delay } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import { createService, type ServiceOptions } from './create-service';
import { DrainState } from './drain-state';
import { ROOT_LOGGER } from './logging';
import type { PlatformConfig } from './platform-config';
import { startFailure } from './start-failure';

export interface RunServiceOptions<Config extends PlatformConfig> extends Omit<
  ServiceOptions<Config>,
  'config'
> {
  /** Loads the configuration; a `ConfigurationError` is shown one fault per line. */
  readonly config: () => Config;
}

/**
 * A service's whole process. It listens, or says in one line (for the configuration: one per fault) why it can't and ends
 * with code 1. SIGTERM and SIGINT end it in order: not ready, but serving, for `drainDelayMs`; then no new requests, those
 * in flight finish; then the modules' `onApplicationShutdown`; code 0. Whatever is left after `shutdownTimeoutMs`, or at a
 * second signal, is cut off, with code 1. An uncaught error is logged as fatal and ends the process at once: the state that
 * it left is unknown.
 */
export async function runService<Config extends PlatformConfig>(
  options: RunServiceOptions<Config>,
): Promise<void> {
  try {
    const config = options.config();
    const app = await createService({ ...options, config });
    const logger = app.get<Logger>(ROOT_LOGGER);
    endOnUncaught(logger);
    endOnSignal(app, config, logger);
    // Before messages and requests come in, the modules must have been initialised.
    await app.init();
    await app.startAllMicroservices();
    await app.listen({ port: config.http.port, host: config.http.host });
    logger.info({ url: await app.getUrl() }, `${options.name} is listening`);
  } catch (error) {
    process.stderr.write(`${options.name} cannot start: ${startFailure(error)}\n`);
    process.exit(1);
  }
}

function endOnUncaught(logger: Logger): void {
  const end = (event: string) => (error: unknown) => {
    logger.fatal({ err: error }, event);
    process.exit(1);
  };
  process.on('uncaughtException', end('uncaught exception'));
  process.on('unhandledRejection', end('unhandled rejection'));
}

function endOnSignal(app: NestFastifyApplication, { http }: PlatformConfig, logger: Logger): void {
  let signalled = false;
  const end = (signal: NodeJS.Signals) => {
    if (signalled) {
      logger.fatal({ signal }, 'second signal: ending at once');
      process.exit(1);
    }
    signalled = true;
    setTimeout(() => {
      logger.fatal({ shutdownTimeoutMs: http.shutdownTimeoutMs }, 'shutting down took too long');
      process.exit(1);
    }, http.shutdownTimeoutMs).unref();
    shutDown(app, http.drainDelayMs, signal, logger).then(
      () => process.exit(0),
      (error: unknown) => {
        logger.fatal({ err: error }, 'shutting down failed');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
}

async function shutDown(
  app: NestFastifyApplication,
  drainDelayMs: number,
  signal: NodeJS.Signals,
  logger: Logger,
): Promise<void> {
  logger.info({ signal, drainDelayMs }, 'draining');
  app.get(DrainState).startDraining();
  await delay(drainDelayMs);
  await app.close();
  logger.info('stopped');
}
