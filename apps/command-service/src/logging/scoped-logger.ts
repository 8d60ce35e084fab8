import { Logger as NestLogger } from '@nestjs/common';
import type { Logger } from '@tidemark/messaging';

/** The service's logger, for libraries that do not use Nest. */
export function scopedLogger(scope: string): Logger {
  const logger = new NestLogger(scope);
  return {
    debug: (facts, message) => logger.debug(facts, message),
    info: (facts, message) => logger.log(facts, message),
    warn: (facts, message) => logger.warn(facts, message),
    error: (facts, message) => logger.error(facts, message),
  };
}
