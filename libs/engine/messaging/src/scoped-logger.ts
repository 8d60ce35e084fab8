import { Logger as NestLogger } from '@nestjs/common';
import type { Logger } from './logger';

/** The log of a Nest application, for libraries that do not use Nest. `scope` names the part that writes. */
export function scopedLogger(scope: string): Logger {
  const logger = new NestLogger(scope);
  return {
    debug: (facts, message) => logger.debug(facts, message),
    info: (facts, message) => logger.log(facts, message),
    warn: (facts, message) => logger.warn(facts, message),
    error: (facts, message) => logger.error(facts, message),
  };
}
