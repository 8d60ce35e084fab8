import { Injectable, Logger } from '@nestjs/common';
import { Metrics } from '@tidemark/platform';
import type { WriteCommand } from './write-command';

/**
 * Records commands that a rule refused. They leave no event, so a counter and one log line are their only trace. The
 * line has the ids that an event would have, and nothing from the command's data.
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
