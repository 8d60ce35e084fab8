import { EventEmitter } from 'node:events';
import { eventually } from '@tidemark/test-servers';
import { NotConfirmedError, UnroutableMessageError } from '../errors';
import type { BrokerConnection } from './broker-connection';
import { ConfirmedPublisher } from './confirmed-publisher';

type Confirm = (error: Error | null) => void;

/** A channel on which the test decides the fate of each message. */
class ManualChannel extends EventEmitter {
  readonly unconfirmed = new Map<string, Confirm>();
  isOpen = true;

  publish(
    _exchange: string,
    _key: string,
    _content: Buffer,
    options: { messageId: string },
    confirm: Confirm,
  ): void {
    if (!this.isOpen) {
      throw new Error('Channel closed');
    }
    this.unconfirmed.set(options.messageId, confirm);
  }

  settle(messageId: string, error: Error | null = null): void {
    this.unconfirmed.get(messageId)!(error);
    this.unconfirmed.delete(messageId);
  }

  close(): Promise<void> {
    this.isOpen = false;
    this.emit('close');
    this.unconfirmed.forEach((_, messageId) => this.settle(messageId, new Error('channel closed')));
    return Promise.resolve();
  }
}

describe('ConfirmedPublisher', () => {
  let channels: ManualChannel[];
  let publisher: ConfirmedPublisher<string>;
  let declared: string[];

  const create = (confirmTimeoutMs?: number) => {
    channels = [];
    declared = [];
    const openChannel = () => {
      const channel = new ManualChannel();
      channels.push(channel);
      return Promise.resolve(channel);
    };
    publisher = new ConfirmedPublisher<string>({
      broker: { openChannel } as unknown as BrokerConnection,
      declare: (_signal, target) => {
        declared.push(target);
        return target === 'misfit' ? Promise.reject(new Error('does not fit')) : Promise.resolve();
      },
      confirmTimeoutMs,
    });
  };
  afterEach(() => publisher.close());

  const publish = async (messageId: string, target = 'queue') => {
    const message = { exchange: 'e', routingKey: 'k', content: Buffer.from(''), properties: { messageId } };
    const outcome = publisher.publish([message], target).then(
      () => 'confirmed',
      (error: unknown) => error,
    );
    await eventually(() => channels.some(({ unconfirmed }) => unconfirmed.has(messageId)), { everyMs: 1 });
    return { outcome };
  };

  it('fails only the message that is refused', async () => {
    create();
    const [first, second] = [await publish('1'), await publish('2')];
    channels[0]!.settle('1', new Error('message nacked'));
    expect(await first.outcome).toBeInstanceOf(NotConfirmedError);
    expect(publisher.errorCode).toBe('not_confirmed');
    channels[0]!.settle('2');
    expect(await second.outcome).toBe('confirmed');
    const again = await publish('1');
    channels[0]!.settle('1');
    expect(await again.outcome).toBe('confirmed');
    expect(channels).toHaveLength(1);
    expect(publisher.errorCode).toBeUndefined();
  });

  it('fails the message that is returned, declares its queue again, and keeps its channel', async () => {
    create();
    const first = await publish('1');
    channels[0]!.emit('return', { properties: { messageId: '1' } });
    channels[0]!.emit('return', { properties: { messageId: 'of another client' } });
    channels[0]!.settle('1');
    expect(await first.outcome).toBeInstanceOf(UnroutableMessageError);
    const again = await publish('1');
    channels[0]!.settle('1');
    expect(await again.outcome).toBe('confirmed');
    expect(declared).toEqual(['queue', 'queue']);
    expect(channels).toHaveLength(1);
  });

  it('sends nothing more on a channel with an overdue confirm, and lets its other publications finish', async () => {
    create(100);
    const silent = await publish('silent');
    const outcome = await silent.outcome;
    expect(outcome).toBeInstanceOf(NotConfirmedError);
    await eventually(() => expect(channels[0]!.isOpen).toBe(false));
    const again = await publish('silent');
    channels[1]!.settle('silent');
    expect(await again.outcome).toBe('confirmed');
    expect(channels.map(({ isOpen }) => isOpen)).toEqual([false, true]);
  });

  it('keeps its new channel when another publication on the old one fails', async () => {
    create();
    const [first, second] = [await publish('1'), await publish('2')];
    await channels[0]!.close();
    expect(await first.outcome).toBeInstanceOf(NotConfirmedError);
    expect(await second.outcome).toBeInstanceOf(NotConfirmedError);
    const [third, fourth] = [await publish('3'), await publish('4')];
    channels[1]!.settle('3');
    channels[1]!.settle('4');
    expect([await third.outcome, await fourth.outcome]).toEqual(['confirmed', 'confirmed']);
    expect(channels).toHaveLength(2);
  });

  it("sends to one target while another target can't be declared", async () => {
    create();
    const message = {
      exchange: 'e',
      routingKey: 'k',
      content: Buffer.from(''),
      properties: { messageId: 'm' },
    };
    await expect(publisher.publish([message], 'misfit')).rejects.toThrow('does not fit');
    const fitting = await publish('1');
    channels[0]!.settle('1');
    expect(await fitting.outcome).toBe('confirmed');
  });
});
