import { BaseRpcContext } from '@nestjs/microservices';
import type { ReceivedMessage } from '../broker/message';

/** What a controller, guard or filter can know about a command besides its envelope. Inject it with `@Ctx()`. */
export class CommandDeliveryContext extends BaseRpcContext<
  [message: ReceivedMessage, pattern: string, attempt: number]
> {
  /** The message as its queue delivered it. Only the transport may acknowledge it. */
  getMessage(): ReceivedMessage {
    return this.args[0];
  }

  /** `<StreamType>.<Command>` */
  getPattern(): string {
    return this.args[1];
  }

  /** The number of the attempt, from 1. The broker's redeliveries start again at 1. */
  getAttempt(): number {
    return this.args[2];
  }
}
