import { Logger as NestLogger } from '@nestjs/common';
import type { Logger } from '@tidemark/messaging';

/** Lets the libraries log through the service's logger. */
export function nestLogger(context: string): Logger {
  const logger = new NestLogger(context);
  return {
    debug: (facts, message) => logger.debug(facts, message),
    info: (facts, message) => logger.log(facts, message),
    warn: (facts, message) => logger.warn(facts, message),
    error: (facts, message) => logger.error(facts, message),
  };
}
