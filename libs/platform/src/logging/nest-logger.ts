import { Logger as NestPinoLogger, PinoLogger } from 'nestjs-pino';
import type { Logger } from 'pino';
import { loggerParams } from './logging';

/**
 * The parts of Nest that, at an application's start, log a line for every module, route and failure. `runService` sums
 * them up.
 */
const NEST_START = new Set([
  'NestFactory',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestApplication',
  'ExceptionHandler',
]);

/**
 * The target of `new Logger(context)` of `@nestjs/common`. Nest's own lines about the start are logged at debug level.
 */
export class NestLogger extends NestPinoLogger {
  constructor(logger: Logger) {
    const params = loggerParams(logger);
    super(new PinoLogger(params), params);
  }

  override log(message: unknown, ...rest: unknown[]): void {
    if (isAboutStart(rest)) {
      super.debug(message, ...rest);
    } else {
      super.log(message, ...rest);
    }
  }

  override error(message: unknown, ...rest: unknown[]): void {
    if (isAboutStart(rest)) {
      super.debug(message, ...rest);
    } else {
      super.error(message, ...rest);
    }
  }
}

function isAboutStart(parameters: readonly unknown[]): boolean {
  const context = parameters.at(-1);
  return typeof context === 'string' && NEST_START.has(context);
}
