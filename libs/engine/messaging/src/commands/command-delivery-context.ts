import { BaseRpcContext } from '@nestjs/microservices';
import type { ConsumeMessage } from 'amqplib';

/** What a controller, guard or filter can know of a command beside its envelope: inject it with `@Ctx()`. */
export class CommandDeliveryContext extends BaseRpcContext<
  [message: ConsumeMessage, pattern: string, attempt: number]
> {
  /** The message as the broker delivered it. The transport acknowledges it; nobody else may. */
  getMessage(): ConsumeMessage {
    return this.args[0];
  }

  /** `<StreamType>.<Command>` */
  getPattern(): string {
    return this.args[1];
  }

  /** 1 for the first. Starts anew when the message is delivered anew. */
  getAttempt(): number {
    return this.args[2];
  }
}
