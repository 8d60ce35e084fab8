import { aggregates } from '@tidemark/contracts';
import {
  brokerPermissions,
  commandPublisherNeeds,
  commandTransportNeeds,
  consumerNeeds,
  relayNeeds,
  type BrokerPermissions,
} from '@tidemark/messaging';

/** The services that use the broker. `query-service` does not. */
export const brokerServices = ['command-service', 'projection-service', 'process-manager'] as const;

export type BrokerService = (typeof brokerServices)[number];

/** What each service's own user may do in its virtual host. */
export function servicePermissions(prefix: string): Readonly<Record<BrokerService, BrokerPermissions>> {
  const streamTypes = Object.keys(aggregates);
  return {
    'command-service': brokerPermissions(relayNeeds(prefix), commandTransportNeeds(prefix, streamTypes)),
    'projection-service': brokerPermissions(consumerNeeds(prefix, 'projections')),
    'process-manager': brokerPermissions(
      consumerNeeds(prefix, 'fulfilment'),
      commandPublisherNeeds(prefix, streamTypes),
    ),
  };
}
