import type { PipeTransform } from '@nestjs/common';
import { commandContracts, isCommandName, type CommandData, type CommandName } from '@tidemark/contracts';
import type { CommandContext } from '@tidemark/event-store';
import { MalformedMessageError, commandPattern, type CommandEnvelope } from '@tidemark/messaging';
import { commandHashOf } from '@tidemark/platform';
import { isUUID } from 'class-validator';

/** A checked command from the broker: its name, its data, its sender and its cause. */
export type ReceivedCommand = {
  readonly [Name in CommandName]: {
    readonly name: Name;
    readonly data: CommandData<Name>;
    readonly context: CommandContext;
  };
}[CommandName];

/** Checks an envelope by the command's contract. The command's hash covers all fields, including the dropped ones. */
export class ReceivedCommandPipe implements PipeTransform<CommandEnvelope, ReceivedCommand> {
  /** @throws MalformedMessageError */
  transform(envelope: CommandEnvelope): ReceivedCommand {
    const { commandId, correlationId, actor, causingEventId, traceparent, type, data } = envelope;
    const pattern = commandPattern(envelope);
    if (!isUUID(commandId)) {
      throw new MalformedMessageError('the command id is not a UUID');
    }
    if (!isCommandName(type)) {
      throw new MalformedMessageError(`there is no contract for ${pattern}`);
    }
    const parsed = commandContracts[type].schema.safeParse(data);
    if (!parsed.success) {
      const faults = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
      throw new MalformedMessageError(`${pattern}: ${faults.join('; ')}`);
    }
    return {
      name: type,
      data: parsed.data,
      context: {
        commandId,
        commandHash: commandHashOf({ method: 'COMMAND', path: pattern, body: data }),
        correlationId,
        actor,
        ...(causingEventId !== undefined && { causingEventId }),
        ...(traceparent !== undefined && { traceparent }),
      },
    } as ReceivedCommand;
  }
}
