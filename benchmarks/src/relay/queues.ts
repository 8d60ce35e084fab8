import { consumerGroups } from '@tidemark/contracts';
import { topologyNames } from '@tidemark/messaging';
import { connect } from 'amqplib';

/** Reads the messages of the consumer groups' queues and leaves them empty. */
export async function takeMessages(amqpUrl: string, prefix: string, partitions: number): Promise<number> {
  const connection = await connect(amqpUrl);
  try {
    const channel = await connection.createChannel();
    let taken = 0;
    for (const group of consumerGroups) {
      for (let partition = 0; partition < partitions; partition += 1) {
        const queue = topologyNames(prefix).eventQueue(group, partition);
        taken += (await channel.purgeQueue(queue)).messageCount;
      }
    }
    return taken;
  } finally {
    await connection.close();
  }
}
