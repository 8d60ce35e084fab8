import { EventEmitter } from 'node:events';
import type { BrokerConnection } from './broker-connection';
import { ConfirmedPublisher } from './confirmed-publisher';

type Confirm = (error: Error | null) => void;

/** A channel on which the test says what becomes of each message. */
class ManualChannel extends EventEmitter {
  readonly unconfirmed: Confirm[] = [];

  publish(_exchange: string, _key: string, _content: Buffer, _options: object, confirm: Confirm): void {
    this.unconfirmed.push(confirm);
  }

  close(): Promise<void> {
    this.emit('close');
    return Promise.resolve();
  }
}

describe('ConfirmedPublisher', () => {
  it('keeps its new channel when another publication on the old one fails', async () => {
    const channels: ManualChannel[] = [];
    const openChannel = () => {
      const channel = new ManualChannel();
      channels.push(channel);
      return Promise.resolve(channel);
    };
    const publisher = new ConfirmedPublisher({
      broker: { openChannel } as unknown as BrokerConnection,
      declare: () => Promise.resolve(),
    });
    const publish = async (messageId: string) => {
      const message = { exchange: 'e', routingKey: 'k', content: Buffer.from(''), properties: { messageId } };
      const outcome = publisher.publish([message]).catch((error: unknown) => error);
      await new Promise((resolve) => setImmediate(resolve));
      return { outcome };
    };
    const [first, second] = [await publish('1'), await publish('2')];
    channels[0]!.unconfirmed[0]!(new Error('refused'));
    await first.outcome;
    await publish('3');
    channels[0]!.unconfirmed[1]!(new Error('refused'));
    await second.outcome;
    await publish('4');

    expect(channels.map(({ unconfirmed }) => unconfirmed.length)).toEqual([2, 2]);
    // The driver fails what is on its way when a channel closes; here it ends the publications' own time-outs.
    channels.flatMap(({ unconfirmed }) => unconfirmed).forEach((confirm) => confirm(new Error('closed')));
    await publisher.close();
  });
});
