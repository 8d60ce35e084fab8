import { withRabbitmq } from '../../connections/rabbitmq';

/** Rejects unless the broker lets its user in. */
export async function probeRabbitmq(url: string): Promise<void> {
  await withRabbitmq(url, async (connection) => {
    const channel = await connection.createChannel();
    await channel.close();
  });
}
