import { withRabbitmq } from '../../connections/rabbitmq';

/** Rejects if the broker refuses its user. */
export async function probeRabbitmq(url: string): Promise<void> {
  await withRabbitmq(url, async (connection) => {
    const channel = await connection.createChannel();
    await channel.close();
  });
}
