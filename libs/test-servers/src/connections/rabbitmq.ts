import type { ChannelModel } from 'amqplib';

/** Runs `work` on a separate connection. Fails after 10 s if the broker does not answer. */
export async function withRabbitmq<Result>(
  url: string,
  work: (connection: ChannelModel) => Promise<Result>,
): Promise<Result> {
  const { connect } = await import('amqplib');
  const connection = await connect(url, { timeout: 10_000 });
  connection.on('error', () => {});
  try {
    return await work(connection);
  } finally {
    await connection.close().catch(() => {});
  }
}

/** Another virtual host of the same broker, with the same credentials. */
export function rabbitmqUrlFor(brokerUrl: string, vhost: string): string {
  const url = new URL(brokerUrl);
  url.pathname = `/${encodeURIComponent(vhost)}`;
  return url.href;
}
