import { Controller, Logger, UseFilters } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { commandContracts, commandNames } from '@tidemark/contracts';
import { FaultPassingFilter, commandPattern } from '@tidemark/messaging';
import { CommandRefusedError } from '@tidemark/nestjs';
import { RefusalLog } from '../write/refusal-log';
import { writeCommandOf } from './process-commands';
import { ReceivedCommandPipe, type ReceivedCommand } from './received-command';

const patterns = commandNames.map((type) => commandPattern({ ...commandContracts[type], type }));

/**
 * Passes commands from the broker to handlers. Returns nothing, because the process gets its answer as an event.
 *
 * The filter is set on the controller, because Nest creates the handlers of a connected transport before the transport
 * can get a filter. Nest's default filter would hide the error from the transport.
 */
@Controller()
@UseFilters(FaultPassingFilter)
export class ProcessCommandsController {
  private readonly logger = new Logger(ProcessCommandsController.name);

  constructor(
    private readonly commands: CommandBus,
    private readonly refusals: RefusalLog,
  ) {}

  /**
   * Resolves when the command has taken effect: now, by an earlier delivery, or by a command with another id.
   *
   * @throws CommandRefusedError
   */
  @MessagePattern(patterns)
  async handle(@Payload(ReceivedCommandPipe) received: ReceivedCommand): Promise<void> {
    const command = writeCommandOf(received);
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
        // No event has this command's id. The event that its sender waits for was caused by another command and is in
        // the log.
        this.logger.warn({ ...facts, version: execution.version }, 'a command changed nothing');
        return;
      case 'refused':
        this.refusals.refused(command, execution.refusal.code);
        throw new CommandRefusedError(execution.refusal);
      case 'version_mismatch':
        throw new Error('commands of a process must not set an expected version');
      default:
        return execution satisfies never;
    }
  }
}
