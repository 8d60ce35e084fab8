import { EventEmitter } from 'node:events';
import { eventually } from '@tidemark/test-servers';
import { silentLogger } from '../logger';
import type { BrokerConnection } from './broker-connection';
import { QueueSubscription } from './queue-subscription';

class QuietChannel extends EventEmitter {
  isOpen = true;

  prefetch(): Promise<void> {
    return Promise.resolve();
  }

  consume(): Promise<object> {
    return Promise.resolve({});
  }

  close(): Promise<void> {
    this.isOpen = false;
    this.emit('close');
    return Promise.resolve();
  }
}

describe('QueueSubscription', () => {
  const subscriptionTo = (openChannel: () => Promise<QuietChannel>) =>
    new QueueSubscription({
      broker: { openChannel } as unknown as BrokerConnection,
      queue: 'q',
      prefetch: 1,
      declare: () => Promise.resolve(),
      onDelivery: () => {},
      onReset: () => {},
      logger: silentLogger,
    });

  it('closes its channel when the subscription is closed', async () => {
    const channel = new QuietChannel();
    const subscription = subscriptionTo(() => Promise.resolve(channel));
    subscription.start();
    await eventually(() => expect(subscription.errorCode).toBeUndefined());
    await subscription.close();
    expect(channel.isOpen).toBe(false);
  });

  it.each([0, 1, 2, 3, 4, 5, 6, 7, 8])(
    'closes its channel when the subscription is closed %i microtasks after the channel opened',
    async (microtasks) => {
      const channel = new QuietChannel();
      let closed: Promise<void> | undefined;
      const subscription = subscriptionTo(() => {
        const closeLater = (left: number): void => {
          if (left === 0) {
            closed = subscription.close();
          } else {
            queueMicrotask(() => closeLater(left - 1));
          }
        };
        queueMicrotask(() => closeLater(microtasks));
        return Promise.resolve(channel);
      });
      subscription.start();
      await eventually(() => expect(closed).toBeDefined());
      await closed;
      expect(channel.isOpen).toBe(false);
    },
  );

  it('has an error code until the queue is consumed, and again after its channel is lost', async () => {
    const channels: QuietChannel[] = [];
    const subscription = subscriptionTo(() => {
      channels.push(new QuietChannel());
      return Promise.resolve(channels.at(-1)!);
    });
    expect(subscription.errorCode).toBe('broker_unavailable');
    subscription.start();
    await eventually(() => expect(subscription.errorCode).toBeUndefined());
    void channels[0]!.close();
    await eventually(() => expect(subscription.errorCode).toBe('broker_unavailable'), { everyMs: 1 });
    await eventually(() => expect(subscription.errorCode).toBeUndefined());
    await subscription.close();
    expect(channels).toHaveLength(2);
  });
});
