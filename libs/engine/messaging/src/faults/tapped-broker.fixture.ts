import type { Channel, ConfirmChannel } from 'amqplib';
import type { BrokerConnection } from '../broker/broker-connection';

export type ConsumeCallback = Parameters<Channel['consume']>[1];
export type Publish = ConfirmChannel['publish'];

export interface BrokerTap {
  /** Stands between the publisher and a confirm channel. */
  readonly publish?: (publish: Publish) => Publish;
  /** Intercepts the messages between a channel and its consumer. */
  readonly deliver?: (channel: Channel, deliver: ConsumeCallback) => ConsumeCallback;
}

/** Intercepts every channel that this connection opens from now on. */
export function tapBroker(broker: BrokerConnection, { publish, deliver }: BrokerTap): void {
  const open = broker.openChannel.bind(broker) as (
    kind: 'plain' | 'confirm',
    signal?: AbortSignal,
  ) => Promise<Channel>;
  const openTapped = async (kind: 'plain' | 'confirm', signal?: AbortSignal): Promise<Channel> => {
    const channel = await open(kind, signal);
    if (kind === 'confirm' && publish) {
      const confirmed = channel as ConfirmChannel;
      confirmed.publish = publish(confirmed.publish.bind(confirmed));
    }
    if (deliver) {
      const consume = channel.consume.bind(channel);
      channel.consume = (queue, callback, options) => consume(queue, deliver(channel, callback), options);
    }
    return channel;
  };
  Object.assign(broker, { openChannel: openTapped });
}
