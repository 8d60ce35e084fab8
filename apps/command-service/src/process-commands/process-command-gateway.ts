import { Injectable, Logger } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { RefusalLog } from '../write/refusal-log';
import type { WriteCommand } from '../write/write-command';
import { CommandRefusedError } from './command-refused-error';

/** The way from a message controller to a handler. A process's reply is the event in the log, so nothing is returned. */
@Injectable()
export class ProcessCommandGateway {
  private readonly logger = new Logger(ProcessCommandGateway.name);

  constructor(
    private readonly commands: CommandBus,
    private readonly refusals: RefusalLog,
  ) {}

  /**
   * Resolves when the command has taken effect: now, when it came before, or by a command with another id.
   *
   * @throws CommandRefusedError
   */
  async execute(command: WriteCommand<unknown>): Promise<void> {
    const execution = await this.commands.execute(command);
    const { commandId, correlationId } = command.context;
    const facts = { command: command.constructor.name, commandId, correlationId };
    switch (execution.outcome) {
      case 'accepted': {
        const { streamId, version, eventTypes, repeated } = execution.result;
        this.logger.log({ ...facts, streamId, version, eventTypes, repeated }, 'handled a command');
        return;
      }
      case 'unchanged':
        // No event bears this command's id. What its sender waits for was caused by another command, and is in the log.
        this.logger.warn({ ...facts, version: execution.version }, 'a command changed nothing');
        return;
      case 'refused':
        this.refusals.refused(command, execution.refusal.code);
        throw new CommandRefusedError(execution.refusal);
      case 'version_mismatch':
        throw new Error('a process pins no version');
      default:
        return execution satisfies never;
    }
  }
}
