import { ConsoleLogger, Logger as NestLogger } from '@nestjs/common';
import { inspect } from 'node:util';
import type { Logger } from './logger';

/**
 * The log of a Nest application, for libraries that do not use Nest. `scope` names the part that writes. Loggers in the
 * style of pino get the facts and the message. Nest's own logger would print these as two entries, so it gets one line.
 */
export function scopedLogger(scope: string): Logger {
  const logger = new ScopedNestLogger(scope);
  return {
    debug: (facts, message) => logger.debug(...entry(facts, message)),
    info: (facts, message) => logger.log(...entry(facts, message)),
    warn: (facts, message) => logger.warn(...entry(facts, message)),
    error: (facts, message) => logger.error(...entry(facts, message)),
  };
}

class ScopedNestLogger extends NestLogger {
  /** The application may set its logger later, so this is asked for each entry. */
  static get isOfNest(): boolean {
    return this.staticInstanceRef instanceof ConsoleLogger;
  }
}

function entry(facts: object, message: string): [unknown, ...unknown[]] {
  return ScopedNestLogger.isOfNest
    ? [`${message} ${inspect(facts, { breakLength: Infinity })}`]
    : [facts, message];
}
