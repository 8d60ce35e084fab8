import { Logger as NestPinoLogger, PinoLogger } from 'nestjs-pino';
import type { Logger } from 'pino';
import { loggerParams } from './logging';

/** Who inside Nest talks while an application starts: a line per module, route and failure, which `runService` sums up. */
const NEST_START = new Set([
  'NestFactory',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestApplication',
  'ExceptionHandler',
]);

/** What `new Logger(context)` of `@nestjs/common` writes to. Nest's own account of the start is for debugging. */
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
