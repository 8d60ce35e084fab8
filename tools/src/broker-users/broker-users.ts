import { FULFILMENT_GROUP, PROJECTIONS_GROUP, aggregates, consumerGroups } from '@tidemark/contracts';
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

/** The permissions of each service's own user in its virtual host. */
export function servicePermissions(prefix: string): Readonly<Record<BrokerService, BrokerPermissions>> {
  const streamTypes = Object.keys(aggregates);
  return {
    'command-service': brokerPermissions(
      relayNeeds(prefix, consumerGroups),
      commandTransportNeeds(prefix, streamTypes),
    ),
    'projection-service': brokerPermissions(consumerNeeds(prefix, PROJECTIONS_GROUP)),
    'process-manager': brokerPermissions(
      consumerNeeds(prefix, FULFILMENT_GROUP),
      commandPublisherNeeds(prefix, streamTypes),
    ),
  };
}
