import type { Socket } from 'node:net';
import {
  contentFrames,
  heartbeatFrame,
  methodFrame,
  methodName,
  takeFrames,
  type Frame,
} from './driver-codec';
import { PeerChannel, type ClientMethod } from './peer-channel';
import type { ScriptedBroker } from './scripted-broker';

/** The client's first bytes, which are not a method, but are answered like one. */
const PROTOCOL_HEADER = 'ProtocolHeader';
const PROTOCOL_HEADER_BYTES = 8;

/** The broker's end of one connection. */
export class PeerSession {
  private readonly channels = new Map<number, PeerChannel>();
  private readonly beating: NodeJS.Timeout;
  private received = Buffer.alloc(0);
  private isGreeted = false;
  private isSilent = false;
  private isBeating = false;
  private held: Buffer[] | undefined;

  constructor(
    private readonly socket: Socket,
    readonly broker: ScriptedBroker,
  ) {
    socket.setNoDelay(true);
    socket.on('error', () => {});
    socket.on('data', (bytes) => this.receive(bytes));
    socket.on('close', () => {
      clearInterval(this.beating);
      [...this.channels.keys()].forEach((channel) => this.forget(channel));
    });
    const intervalMs = broker.heartbeatSeconds * 400;
    this.beating = setInterval(() => this.isBeating && this.send(heartbeatFrame), intervalMs);
  }

  get channelCount(): number {
    return this.channels.size;
  }

  get unacknowledged(): number {
    return [...this.channels.values()].reduce((sum, { unacknowledged }) => sum + unacknowledged.size, 0);
  }

  /** Sends all frames of `act` in one packet. */
  together(act: () => void): void {
    this.held = [];
    act();
    const frames = this.held;
    this.held = undefined;
    this.send(...frames);
  }

  /** From now on reads everything and sends nothing, like a half-open connection. */
  fallSilent(): void {
    this.isSilent = true;
  }

  stopBeating(): void {
    this.isBeating = false;
  }

  cut(): void {
    this.socket.destroy();
  }

  /**
   * Closes the broker's half of the TCP connection. The client's operating system notices it, but no AMQP method is
   * sent.
   */
  halfClose(): void {
    this.stopBeating();
    this.socket.end();
  }

  block(reason: string): void {
    this.send(methodFrame('ConnectionBlocked', 0, { reason }));
  }

  unblock(): void {
    this.send(methodFrame('ConnectionUnblocked', 0));
  }

  /** 320, the default, is the code of an orderly shutdown. To the driver, every other code is an error. */
  closeConnection(replyCode = 320): void {
    this.stopBeating();
    this.send(
      methodFrame('ConnectionClose', 0, { replyCode, replyText: 'as scripted', classId: 0, methodId: 0 }),
    );
  }

  closeChannel(channel: number, replyCode = 541): void {
    this.send(
      methodFrame('ChannelClose', channel, { replyCode, replyText: 'as scripted', classId: 0, methodId: 0 }),
    );
    this.forget(channel);
  }

  ack({ channel, publishTag }: ClientMethod, multiple = false): void {
    this.send(methodFrame('BasicAck', channel, { deliveryTag: publishTag, multiple }));
  }

  nack({ channel, publishTag }: ClientMethod, multiple = false): void {
    this.send(methodFrame('BasicNack', channel, { deliveryTag: publishTag, multiple, requeue: false }));
  }

  /** Cancels consumers, as a broker does when their queue is deleted. */
  cancelConsumers(channel: number): void {
    this.channels.get(channel)?.cancelConsumers();
  }

  /** Returns a message as unroutable. The confirm that follows is `ack`. */
  giveBack({ channel, message }: ClientMethod): void {
    const { exchange, routingKey, properties, content } = message!;
    const fields = { replyCode: 312, replyText: 'NO_ROUTE', exchange, routingKey };
    this.send(methodFrame('BasicReturn', channel, fields), contentFrames(channel, properties, content));
  }

  /** Answers as a real broker does. */
  answer(method: ClientMethod): void {
    const { name, channel, fields } = method;
    const { queues } = this.broker;
    const reply = (answer: string, answerFields?: object) =>
      this.send(methodFrame(answer, channel, answerFields));
    switch (name) {
      case PROTOCOL_HEADER:
        reply('ConnectionStart', {
          versionMajor: 0,
          versionMinor: 9,
          serverProperties: {},
          mechanisms: Buffer.from('PLAIN'),
          locales: Buffer.from('en_US'),
        });
        return;
      case 'ConnectionStartOk':
        reply('ConnectionTune', {
          channelMax: 2047,
          frameMax: 131_072,
          heartbeat: this.broker.heartbeatSeconds,
        });
        return;
      case 'ConnectionOpen':
        this.isBeating = true;
        reply('ConnectionOpenOk');
        return;
      case 'ConnectionClose':
        this.stopBeating();
        reply('ConnectionCloseOk');
        this.socket.end();
        return;
      case 'ConnectionCloseOk':
        this.socket.end();
        return;
      case 'ChannelOpen':
        this.channels.set(channel, new PeerChannel(channel, this));
        reply('ChannelOpenOk', { channelId: Buffer.alloc(0) });
        return;
      case 'ChannelClose':
        this.forget(channel);
        reply('ChannelCloseOk');
        return;
      case 'ConfirmSelect':
        this.channels.get(channel)!.confirms = true;
        reply('ConfirmSelectOk');
        return;
      case 'ExchangeDeclare':
        reply('ExchangeDeclareOk');
        return;
      case 'QueueDeclare': {
        const queue = String(fields['queue']);
        queues.declare(queue);
        reply('QueueDeclareOk', {
          queue,
          messageCount: queues.ready(queue).length,
          consumerCount: queues.consumerCount(queue),
        });
        return;
      }
      case 'QueueBind':
        queues.bind(String(fields['queue']), String(fields['exchange']), String(fields['routingKey']));
        reply('QueueBindOk');
        return;
      case 'BasicQos':
        this.channels.get(channel)!.prefetch = Number(fields['prefetchCount']);
        reply('BasicQosOk');
        return;
      case 'BasicConsume':
        this.channels.get(channel)!.consume(String(fields['queue']));
        return;
      case 'BasicPublish':
        this.take(method);
        return;
      case 'BasicAck':
        this.channels.get(channel)!.acknowledge(Number(fields['deliveryTag']), fields['multiple'] === true);
        return;
    }
  }

  send(...frames: readonly Buffer[]): void {
    if (this.held) {
      this.held.push(...frames);
    } else if (!this.isSilent && this.socket.writable) {
      this.socket.write(Buffer.concat(frames));
    }
  }

  private receive(bytes: Buffer): void {
    if (this.isSilent) {
      return;
    }
    this.received = Buffer.concat([this.received, bytes]);
    if (!this.isGreeted) {
      if (this.received.length < PROTOCOL_HEADER_BYTES) {
        return;
      }
      this.isGreeted = true;
      this.received = this.received.subarray(PROTOCOL_HEADER_BYTES);
      this.perform({ name: PROTOCOL_HEADER, channel: 0, fields: {} });
    }
    const { frames, rest } = takeFrames(this.received);
    this.received = Buffer.from(rest);
    frames.forEach((frame) => this.read(frame));
  }

  private read(frame: Frame): void {
    const name = methodName(frame);
    const { channel, fields = {} } = frame;
    const state = this.channels.get(channel);
    if (name === undefined) {
      const published = state?.complete(frame);
      if (published) {
        this.perform(published);
      }
    } else if (name === 'BasicPublish') {
      state?.begin({ name, channel, fields });
    } else if (state || channel === 0 || name === 'ChannelOpen') {
      this.perform({ name, channel, fields });
    }
  }

  private perform(method: ClientMethod): void {
    if (this.isSilent || this.broker.isScripted(method, this)) {
      return;
    }
    this.answer(method);
  }

  private take(method: ClientMethod): void {
    if (!this.broker.queues.route(method.message!) && method.fields['mandatory'] === true) {
      this.giveBack(method);
    }
    if (method.publishTag !== undefined) {
      this.ack(method);
    }
  }

  private forget(channel: number): void {
    this.channels.get(channel)?.end();
    this.channels.delete(channel);
  }
}
