import { withRabbitmq } from '../connections/rabbitmq';

/**
 * The names in the contracts. They are not imported, because the contracts' own tests use this library. A test there
 * compares the two.
 */
export const brokerNames = {
  groups: ['projections', 'fulfilment'],
  streamTypes: ['Order', 'Payment', 'StockItem', 'Shipment', 'Customer', 'Product'],
};
const mostPartitions = 64;

/**
 * Deletes the exchanges and queues that the system declares under a prefix. AMQP cannot list queues, and not every user
 * may call `rabbitmqctl`, so all published names are tried. Deleting a name that does not exist is not an error.
 */
export async function deletePrefix(url: string, prefix: string): Promise<void> {
  const queues = [
    `${prefix}.dead`,
    ...brokerNames.streamTypes.map((streamType) => `${prefix}.commands.${streamType}`),
    ...brokerNames.groups.flatMap((group) =>
      Array.from({ length: mostPartitions }, (_, partition) => `${prefix}.events.${group}.${partition}`),
    ),
  ];
  await withRabbitmq(url, async (connection) => {
    const channel = await connection.createChannel();
    await Promise.all(queues.map((queue) => channel.deleteQueue(queue)));
    await Promise.all(
      ['events', 'commands', 'dead'].map((name) => channel.deleteExchange(`${prefix}.${name}`)),
    );
    await channel.close();
  });
}
