import { commandOf, streamOfCommand, type CommandInput, type CommandName } from '@tidemark/contracts';
import type { EventEnvelope } from '@tidemark/kernel';
import { eventually } from '@tidemark/test-servers';
import type { TestCommandService } from './command-service.fixture';
import { price, shopOf } from './shop.fixture';

/** Ways to take orders through their life, with the commands that processes send. */
export function processesOf(service: TestCommandService) {
  const shop = shopOf(service);

  /** Sends a command and waits for the event that answers it. */
  async function answerTo<Name extends CommandName>(
    name: Name,
    data: CommandInput<Name>,
  ): Promise<EventEnvelope> {
    const command = commandOf(name, data);
    const streamId = streamOfCommand(command)!;
    const commandId = await service.send(command);
    return eventually(async () => {
      const answer = (await service.events(streamId)).find(({ causationId }) => causationId === commandId);
      if (!answer) {
        throw new Error(`no event of ${streamId} answers ${name} ${commandId}`);
      }
      return answer;
    });
  }

  async function payFor(orderId: string, amount = price(2_598)) {
    const paymentId = await shop.payment(orderId);
    await answerTo('CapturePayment', { orderId, paymentId });
    const paid = await answerTo('PayOrder', { orderId, paymentId, amount });
    return { paymentId, paid };
  }

  /** The order's goods, ready to be dispatched. */
  async function shipmentOf(orderId: string, customerId: string): Promise<string> {
    await answerTo('CreateShipment', { orderId, customerId });
    return orderId;
  }

  return { answerTo, payFor, shipmentOf };
}
