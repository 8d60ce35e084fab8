import { brokerOr } from './broker-or';
import { amqpUrl } from './urls';

const delivery = brokerOr('DELIVERY', 'log');

export const { of: deliveryOf, faultOf: deliveryFault } = delivery;

/** How a service learns of new events, and where the broker is. To be spread into the shape of a section. */
export function deliverySettings() {
  return {
    DELIVERY: delivery.schema(
      'Where consumers get events from: the broker, or the log itself. Must be the same for all services.',
    ),
    AMQP_URL: amqpUrl().optional().describe('RabbitMQ, with the virtual host'),
  };
}
