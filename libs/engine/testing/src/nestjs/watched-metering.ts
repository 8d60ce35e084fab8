import { scopedLogger } from '@tidemark/messaging';
import type { Metering } from '@tidemark/nestjs/internals';

/** Also notes what fails in the background, because a test that waits in vain must say why. */
export function watchedMetering(metering: Metering, note: (where: string, error: unknown) => void): Metering {
  const logger = scopedLogger('TidemarkTesting');
  const failed = (where: string, error: unknown) => {
    note(where, error);
    logger.debug({ err: error }, `${where} failed`);
  };
  return {
    conflict: (streamType) => metering.conflict(streamType),
    consumers: (group) => {
      const hooks = metering.consumers(group);
      return {
        ...hooks,
        onFailed: (partition, error) => {
          failed(group, error);
          hooks.onFailed?.(partition, error);
        },
      };
    },
    relay: metering.relay,
    commands: {
      ...metering.commands,
      onFailed: (pattern, error) => {
        failed(pattern, error);
        metering.commands.onFailed?.(pattern, error);
      },
    },
    measure: (name, group, measure) => metering.measure(name, group, measure),
    close: () => metering.close(),
  };
}
