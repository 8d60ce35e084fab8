import type { EventEnvelope } from '@tidemark/kernel';
import { eventually } from '@tidemark/testing';
import type { TestCommandService } from './command-service.fixture';
import { price, shopOf } from './shop.fixture';

/** Ways to take orders through their life, with the commands that processes send. */
export function processesOf(service: TestCommandService) {
  const shop = shopOf(service);

  /** Sends a command and waits for the event that answers it. */
  async function answerTo(
    streamType: string,
    type: string,
    data: object,
    streamId: string,
  ): Promise<EventEnvelope> {
    const commandId = await service.send({ streamType, type, data });
    return eventually(async () => {
      const answer = (await service.events(streamId)).find(({ causationId }) => causationId === commandId);
      if (!answer) {
        throw new Error(`no event of ${streamId} answers ${type} ${commandId}`);
      }
      return answer;
    });
  }

  async function payFor(orderId: string, amount = price(2_598)) {
    const paymentId = await shop.payment(orderId);
    await answerTo('Payment', 'CapturePayment', { orderId, paymentId }, `Payment-${orderId}`);
    const paid = await answerTo('Order', 'PayOrder', { orderId, paymentId, amount }, `Order-${orderId}`);
    return { paymentId, paid };
  }

  /** The order's goods, ready to be dispatched. */
  async function shipmentOf(orderId: string, customerId: string): Promise<string> {
    await answerTo('Shipment', 'CreateShipment', { orderId, customerId }, `Shipment-${orderId}`);
    return orderId;
  }

  return { answerTo, payFor, shipmentOf };
}
