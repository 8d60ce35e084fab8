import { z } from 'zod';
import type { Secret } from '../secrets/secret';
import { amqpUrl } from './urls';

const kinds = ['rabbitmq', 'log'] as const;

/** How a service learns of new events, and where the broker is. To be spread into the shape of a section. */
export function deliverySettings() {
  return {
    DELIVERY: z
      .enum(kinds, { error: `expected one of ${kinds.join(', ')}` })
      .optional()
      .meta({ values: '`rabbitmq` or `log`' })
      .describe(
        'Where consumers get events from: the broker, or the log itself. Must be the same for all services. By default `rabbitmq` with an `AMQP_URL`, and `log` without',
      ),
    AMQP_URL: amqpUrl().optional().describe('RabbitMQ, with the virtual host'),
  };
}

interface DeliveryEnv {
  readonly DELIVERY?: (typeof kinds)[number] | undefined;
  readonly AMQP_URL?: Secret<string> | undefined;
}

export function deliveryOf({ DELIVERY, AMQP_URL }: DeliveryEnv): (typeof kinds)[number] {
  return DELIVERY ?? (AMQP_URL ? 'rabbitmq' : 'log');
}

/** What is wrong with the two settings together; absent if nothing is. */
export function deliveryFault(env: DeliveryEnv): string | undefined {
  return deliveryOf(env) === 'rabbitmq' && !env.AMQP_URL
    ? '`rabbitmq` needs an AMQP_URL; set one, or set DELIVERY=log'
    : undefined;
}
