import { pino, stdTimeFunctions, type DestinationStream, type Logger, type LoggerOptions } from 'pino';
import type { Params } from 'nestjs-pino';
import type { HttpConfig } from '../config/http-settings';
import { describeError } from './describe-error';

/** The service's own logger, outside of any request. */
export const ROOT_LOGGER = Symbol('root logger');

/** One JSON object per line; levels by name, times in RFC 3339, secrets, tokens and what drivers add to errors removed. */
export function createLogger(
  service: string,
  level: HttpConfig['logLevel'],
  destination?: DestinationStream,
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
  return destination === undefined ? pino(options) : pino(options, destination);
}

/**
 * How nestjs-pino logs within a request: each line carries the correlation id and nothing else of the request. Headers,
 * queries and addresses are personal data; the one line per request comes from `RequestLog`.
 */
export function loggerParams(logger: Logger): Params {
  return {
    pinoHttp: {
      logger,
      autoLogging: false,
      quietReqLogger: true,
      customAttributeKeys: { reqId: 'correlationId' },
      serializers: { err: describeError },
    },
  };
}
