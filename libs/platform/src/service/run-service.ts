import { setTimeout as delay } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { startTracing } from '@tidemark/tracing';
import type { Logger } from 'pino';
import { createService, type ServiceOptions } from './create-service';
import { DrainState } from './drain-state';
import { logWritten, ROOT_LOGGER } from './logging';
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
    const { endpoint, sampleRatio } = config.tracing;
    const endTracing = endpoint ? startTracing({ service: options.name, endpoint, sampleRatio }) : undefined;
    const app = await createService({ ...options, config });
    const logger = app.get<Logger>(ROOT_LOGGER);
    endOnUncaught(logger);
    endOnSignal(config, logger, async (signal) => {
      await shutDown(app, config.http.drainDelayMs, signal, logger);
      await endTracing?.();
      logger.info('stopped');
      await logWritten(logger);
    });
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

function endOnSignal(
  { http }: PlatformConfig,
  logger: Logger,
  shutDown: (signal: NodeJS.Signals) => Promise<void>,
): void {
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
    shutDown(signal).then(
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
}
