import {
  destination as standardOutput,
  pino,
  stdTimeFunctions,
  type DestinationStream,
  type Logger,
  type LoggerOptions,
} from 'pino';
import type { Params } from 'nestjs-pino';
import type { HttpConfig } from '../config/http-settings';
import { describeError } from './describe-error';

/** The service's own logger, outside of any request. */
export const ROOT_LOGGER = Symbol('root logger');

/** One JSON object per line; levels by name, times in RFC 3339, secrets, tokens and what drivers add to errors removed. */
export function createLogger(
  service: string,
  level: HttpConfig['logLevel'],
  // Written in the background, so that no request waits for whoever reads the log: 9 to 13 µs a line through a pipe where
  // a synchronous write took 45 to 108. Without `minLength`, `flush` would not wait for a write that is under way.
  destination: DestinationStream = standardOutput({ minLength: 1 }),
): Logger {
  const options: LoggerOptions = {
    level,
    base: { service },
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { err: describeError },
    redact: {
      paths: [
        'authorization',
        '*.authorization',
        '*.headers.authorization',
        '*.headers.cookie',
        '*.password',
      ],
      remove: true,
    },
  };
  return pino(options, destination);
}

/** Resolves when every line so far is written. A write that is under way when a process exits is overtaken by what follows it. */
export function logWritten(logger: Logger): Promise<void> {
  return new Promise((resolve) => logger.flush(() => resolve()));
}

/**
 * How nestjs-pino writes what `new Logger(context)` of Nest is told. Its module, which gives every request a logger, is left
 * out: whoever logs within a request names its ids, and the context that it keeps for that (`AsyncLocalStorage`) makes
 * every promise slower before Node 24.
 */
export function loggerParams(logger: Logger): Params {
  return { pinoHttp: { logger, serializers: { err: describeError } } };
}
