import type { PipeTransform } from '@nestjs/common';
import type { CommandContext } from '@tidemark/event-store';
import { MalformedMessageError, commandPattern, type CommandEnvelope } from '@tidemark/messaging';
import { commandHashOf } from '@tidemark/platform';
import { plainToInstance } from 'class-transformer';
import { isUUID, validate, type ValidationError } from 'class-validator';

/** A command from the broker, checked: its data, and who sent it why. */
export interface ReceivedCommand<Data> {
  readonly data: Data;
  readonly context: CommandContext;
}

/**
 * Makes a `ReceivedCommand` of an envelope: `@Payload(new ReceivedCommandPipe(PayOrderDto))`. Fields that the DTO does
 * not know are dropped and not refused, so that senders may be newer; the command's hash is over all of them.
 */
export class ReceivedCommandPipe<Data extends object> implements PipeTransform<
  CommandEnvelope,
  Promise<ReceivedCommand<Data>>
> {
  constructor(private readonly dto: new () => Data) {}

  /** @throws MalformedMessageError */
  async transform(envelope: CommandEnvelope): Promise<ReceivedCommand<Data>> {
    const { commandId, correlationId, actor, causingEventId, traceparent } = envelope;
    if (!isUUID(commandId)) {
      throw new MalformedMessageError('the command id is no UUID');
    }
    return {
      data: await this.checked(envelope),
      context: {
        commandId,
        commandHash: commandHashOf({
          method: 'COMMAND',
          path: commandPattern(envelope),
          body: envelope.data,
        }),
        correlationId,
        actor,
        ...(causingEventId !== undefined && { causingEventId }),
        ...(traceparent !== undefined && { traceparent }),
      },
    };
  }

  private async checked(envelope: CommandEnvelope): Promise<Data> {
    const { data } = envelope;
    if (typeof data !== 'object' || data === null || Array.isArray(data)) {
      throw new MalformedMessageError(`the data of ${commandPattern(envelope)} is no object`);
    }
    const dto = plainToInstance(this.dto, data as object);
    const errors = await validate(dto, { whitelist: true, forbidUnknownValues: true });
    if (errors.length > 0) {
      throw new MalformedMessageError(`${commandPattern(envelope)}: ${errors.map(describe).join('; ')}`);
    }
    return dto;
  }
}

function describe({ property, constraints = {}, children = [] }: ValidationError): string {
  return [...Object.values(constraints), ...children.map((child) => `${property}: ${describe(child)}`)].join(
    ', ',
  );
}
