import { setTimeout as delay } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { startTracing } from '@tidemark/tracing';
import type { Logger } from 'pino';
import { AdminPort } from '../admin-port/admin-port';
import { createService, type ServiceOptions } from './create-service';
import { DrainState } from '../health/drain-state';
import { createLogger, logWritten } from '../logging/logging';
import type { PlatformConfig } from '../config/platform-config';
import { startFailure } from './start-failure';
import { openWaitingRoom } from './waiting-room';

export interface RunServiceOptions<Config extends PlatformConfig> extends Omit<
  ServiceOptions<Config>,
  'config' | 'logger'
> {
  /** Loads the configuration; a `ConfigurationError` is shown one fault per line. */
  readonly config: () => Config;
}

/**
 * Runs a service as a process. It listens on both ports, or prints in one line (for the configuration: one per fault)
 * why it can't and exits with code 1. Until the dependencies of its modules are available, it is alive but not ready.
 * SIGTERM and SIGINT end it in order. For `drainDelayMs` it is not ready but still serves. Then it accepts no new
 * requests and finishes those in flight. Then it runs the modules' `onApplicationShutdown` and exits with code 0. After
 * `shutdownTimeoutMs`, or at a second signal, it exits at once with code 1. An uncaught error is logged as fatal and
 * ends the process at once, because the state of the process is then unknown.
 */
export async function runService<Config extends PlatformConfig>(
  options: RunServiceOptions<Config>,
): Promise<void> {
  try {
    const config = options.config();
    const { endpoint, sampleRatio } = config.tracing;
    const endTracing = endpoint ? startTracing({ service: options.name, endpoint, sampleRatio }) : undefined;
    const logger = createLogger(options.name, config.http.logLevel, options.logDestination);
    endOnUncaught(logger);
    process.on('SIGTERM', endAtOnce).on('SIGINT', endAtOnce);
    const { host } = config.http;
    const waitingRoom = await openWaitingRoom(options.name, config.http);
    const { port, adminPort } = waitingRoom;
    const urls = { url: `http://${host}:${port}`, adminUrl: `http://${host}:${adminPort}` };
    logger.info(urls, `${options.name} is starting`);
    const app = await createService({ ...options, config, logger });
    process.off('SIGTERM', endAtOnce).off('SIGINT', endAtOnce);
    endOnSignal(config, logger, async (signal) => {
      await shutDown(app, config.http.drainDelayMs, signal, logger);
      await endTracing?.();
      logger.info('stopped');
      await logWritten(logger);
    });
    // The modules must be initialised before messages and requests arrive.
    await app.init();
    await app.startAllMicroservices();
    await waitingRoom.close();
    await app.listen({ port, host });
    await app.get(AdminPort).listen({ port: adminPort, host });
    logger.info(urls, `${options.name} is listening`);
  } catch (error) {
    process.stderr.write(`${options.name} cannot start: ${startFailure(error)}\n`);
    process.exit(1);
  }
}

/**
 * Exits at once, since no work has started yet. A container's first process needs this handler, because signals do not
 * end it by default.
 */
function endAtOnce(): void {
  process.exit(0);
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
      logger.fatal({ signal }, 'second signal: exiting at once');
      process.exit(1);
    }
    signalled = true;
    setTimeout(() => {
      logger.fatal({ shutdownTimeoutMs: http.shutdownTimeoutMs }, 'shutdown took too long; exiting now');
      process.exit(1);
    }, http.shutdownTimeoutMs).unref();
    shutDown(signal).then(
      () => process.exit(0),
      (error: unknown) => {
        logger.fatal({ err: error }, 'shutdown failed');
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
