import { Injectable, Logger } from '@nestjs/common';
import { Metrics } from '@tidemark/platform';
import type { WriteCommand } from './write-command';

/**
 * What becomes of commands that a rule refuses. They leave no event, so the count and one log line are all that tells of
 * them; the line has the ids that an event would have, and nothing of what the command said.
 */
@Injectable()
export class RefusalLog {
  private readonly logger = new Logger(RefusalLog.name);
  private readonly refusals;

  constructor(metrics: Metrics) {
    this.refusals = metrics.counter({
      name: 'tidemark_commands_refused_total',
      help: 'Commands that a business rule refused',
      labelNames: ['command', 'code'],
    });
  }

  refused({ constructor, context }: WriteCommand<unknown>, code: string): void {
    const command = constructor.name.replace(/Command$/, '');
    const { commandId, correlationId, actor, clientAddressHash, causingEventId } = context;
    this.refusals.inc({ command, code });
    this.logger.log(
      { command, code, commandId, correlationId, actor, clientAddressHash, causingEventId },
      'refused a command',
    );
  }
}
