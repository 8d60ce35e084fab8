import { BaseRpcContext } from '@nestjs/microservices';
import type { ConsumeMessage } from 'amqplib';

/** What a controller, guard or filter can know about a command besides its envelope. Inject it with `@Ctx()`. */
export class CommandDeliveryContext extends BaseRpcContext<
  [message: ConsumeMessage, pattern: string, attempt: number]
> {
  /** The message as the broker delivered it. Only the transport may acknowledge it. */
  getMessage(): ConsumeMessage {
    return this.args[0];
  }

  /** `<StreamType>.<Command>` */
  getPattern(): string {
    return this.args[1];
  }

  /** The number of the attempt, from 1. The number starts again at 1 when the message is redelivered. */
  getAttempt(): number {
    return this.args[2];
  }
}
