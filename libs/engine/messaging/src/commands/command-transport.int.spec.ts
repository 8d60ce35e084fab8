import {
  BadRequestException,
  Controller,
  UseGuards,
  Module,
  ValidationPipe,
  type CanActivate,
  type INestMicroservice,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Ctx, EventPattern, MessagePattern, Payload } from '@nestjs/microservices';
import { eventually } from '@tidemark/testing';
import type { ConsumeMessage } from 'amqplib';
import { NEVER } from 'rxjs';
import { v7 as uuid } from 'uuid';
import { Fault } from '@tidemark/kernel';
import { topologyNames } from '../broker/topology';
import { BrokerUnavailableError, UnroutableMessageError } from '../errors';
import { createTestBed, type TestBed } from '../events/test-bed.fixture';
import { signMessage } from '../signing/sign-message';
import { testKeys } from '../signing/test-keys.fixture';
import { CommandDeliveryContext } from './command-delivery-context';
import type { CommandEnvelope } from './command-envelope';
import { commandMessage } from './command-message';
import { CommandPublisher } from './command-publisher';
import { CommandTransport, type CommandTransportOptions } from './command-transport';
import { FaultPassingFilter } from './fault-passing-filter';

class Hopeless extends Fault {
  readonly code = 'hopeless';
  readonly retryable = false;
}

const handled: { commandId: string; attempt: number }[] = [];
let onOrder: (command: CommandEnvelope, attempt: number) => unknown = () => undefined;

class NobodyGuard implements CanActivate {
  canActivate(): boolean {
    return false;
  }
}

@Controller()
class OrderController {
  @MessagePattern('Order.PayOrder')
  async payOrder(
    @Payload() command: CommandEnvelope,
    @Ctx() context: CommandDeliveryContext,
  ): Promise<unknown> {
    const answer = await onOrder(command, context.getAttempt());
    handled.push({ commandId: command.commandId, attempt: context.getAttempt() });
    return answer;
  }

  @EventPattern('Order.NoteOrder')
  async noteOrder(
    @Payload() command: CommandEnvelope,
    @Ctx() context: CommandDeliveryContext,
  ): Promise<unknown> {
    return this.payOrder(command, context);
  }

  @UseGuards(NobodyGuard)
  @MessagePattern('Order.ShipOrder')
  shipOrder(@Payload() { commandId }: CommandEnvelope): void {
    handled.push({ commandId, attempt: 1 });
  }

  @MessagePattern('Order.CancelOrder')
  cancelOrder(@Payload('data', new ValidationPipe({ expectedType: String })) data: unknown): void {
    throw new BadRequestException(`no such reason: ${String(data)}`);
  }
}

@Module({ controllers: [OrderController] })
class OrderModule {}

let bed: TestBed;
let publisher: CommandPublisher;
let services: INestMicroservice[];

beforeEach(async () => {
  bed = await createTestBed();
  publisher = new CommandPublisher({
    broker: bed.broker,
    keys: testKeys,
    prefix: bed.prefix,
    streamTypes: ['Order'],
  });
  services = [];
  handled.length = 0;
  onOrder = () => undefined;
});
afterEach(async () => {
  await Promise.all(services.map((service) => service.close()));
  await publisher.close();
  await bed.dispose();
});

async function startService(options: Partial<CommandTransportOptions> = {}): Promise<INestMicroservice> {
  const service = await NestFactory.createMicroservice(OrderModule, {
    logger: false,
    strategy: new CommandTransport({
      broker: bed.broker,
      keys: testKeys,
      prefix: bed.prefix,
      streamTypes: ['Order'],
      minBackoffMs: 5,
      maxBackoffMs: 20,
      ...options,
    }),
  });
  service.useGlobalFilters(new FaultPassingFilter());
  await service.listen();
  services.push(service);
  await eventually(async () => expect((await bed.inspect(queue()))?.consumers).toBeGreaterThan(0));
  return service;
}

function command(type = 'PayOrder', data: unknown = {}): CommandEnvelope {
  return { commandId: uuid(), streamType: 'Order', type, data, correlationId: 'c', actor: 'process:test' };
}

const queue = () => topologyNames(bed.prefix).commandQueue('Order');

/** Content of any kind, under the routing key of PayOrder. */
function publishSigned(content: Buffer): void {
  const message = commandMessage(topologyNames(bed.prefix).commandExchange, command());
  const key = testKeys.signingKey('process:test');
  const { exchange, routingKey, properties } = signMessage({ ...message, content }, key);
  bed.channel.publish(exchange, routingKey, content, properties);
}

async function deadLetter(): Promise<ConsumeMessage> {
  return eventually(async () => {
    const messages = await bed.drain(topologyNames(bed.prefix).deadQueue);
    expect(messages).toHaveLength(1);
    return messages[0]!;
  });
}

async function expectQueueEmptyAfterClose(): Promise<void> {
  await Promise.all(services.splice(0).map((service) => service.close()));
  await eventually(async () => expect(await bed.inspect(queue())).toEqual({ ready: 0, consumers: 0 }));
}

const idsHandled = () => handled.map(({ commandId }) => commandId);

describe('CommandTransport', () => {
  it('gives commands to their controller and acknowledges them', async () => {
    await startService();
    const commands = Array.from({ length: 100 }, () => command());
    await Promise.all(commands.map((each) => publisher.publish(each)));
    await eventually(() => expect(handled).toHaveLength(100));
    expect(idsHandled().sort()).toEqual(commands.map(({ commandId }) => commandId).sort());
    await expectQueueEmptyAfterClose();
  });

  it("acknowledges only when the handler's observable is complete", async () => {
    onOrder = () => NEVER;
    const service = await startService({ drainTimeoutMs: 1 });
    await publisher.publish(command());
    await eventually(() => expect(handled).toHaveLength(1));
    await service.close();
    await eventually(async () => expect(await bed.inspect(queue())).toEqual({ ready: 1, consumers: 0 }));
  });

  it('retries in place until the command succeeds', async () => {
    onOrder = (_, attempt) => {
      if (attempt < 4) {
        throw new Error('not now');
      }
    };
    await startService();
    const flaky = command();
    await publisher.publish(flaky);
    await eventually(() => expect(handled).toEqual([{ commandId: flaky.commandId, attempt: 4 }]));
    await expectQueueEmptyAfterClose();
  });

  it('turns a command that fails too often into a dead letter with the reason, and continues with other commands', async () => {
    const poison = command('PayOrder', { poison: true });
    onOrder = ({ commandId }) => {
      if (commandId === poison.commandId) {
        throw new Error('the provider is on fire');
      }
    };
    await startService({ maxAttempts: 3, prefetch: 1 });
    const sound = command();
    await publisher.publish(poison);
    await publisher.publish(sound);
    const dead = await deadLetter();
    expect(JSON.parse(dead.content.toString())).toEqual(poison);
    expect(dead.fields.routingKey).toBe('Order.PayOrder');
    expect(dead.properties.headers).toMatchObject({
      'reason-code': 'Error',
      reason: 'the provider is on fire',
      attempts: 3,
      'original-exchange': topologyNames(bed.prefix).commandExchange,
      'original-message-id': poison.commandId,
    });
    await eventually(() => expect(idsHandled()).toEqual([sound.commandId]));
    await expectQueueEmptyAfterClose();
  });

  it('leaves one dead letter of a command, however often its sender repeats it and it fails', async () => {
    onOrder = () => {
      throw new Hopeless('no way');
    };
    const outcomes: string[] = [];
    await startService({ hooks: { onFinished: (_pattern, outcome) => outcomes.push(outcome) } });
    const repeated = command();
    for (const attempt of [1, 2, 3, 4]) {
      await publisher.publish(repeated, attempt);
      await eventually(() => expect(outcomes).toHaveLength(attempt));
    }
    expect(outcomes).toEqual(['dead_lettered', 'failed_again', 'failed_again', 'failed_again']);
    expect((await deadLetter()).properties.headers).toMatchObject({
      'original-message-id': repeated.commandId,
      attempts: 1,
    });
    await expectQueueEmptyAfterClose();
    expect(await bed.drain(topologyNames(bed.prefix).deadQueue)).toEqual([]);
  });

  it("does not retry a command that can't succeed", async () => {
    onOrder = () => {
      throw new Hopeless('no way');
    };
    await startService();
    await publisher.publish(command());
    expect((await deadLetter()).properties.headers).toMatchObject({ 'reason-code': 'hopeless', attempts: 1 });
    await publisher.publish(command('CancelOrder', 'because'));
    expect((await deadLetter()).properties.headers).toMatchObject({
      'reason-code': 'BadRequestException',
      reason: 'no such reason: because',
      attempts: 1,
    });
  });

  it('waits while the environment fails, and counts only failures of the command itself', async () => {
    const ailing = command();
    onOrder = (_, attempt) => {
      if (attempt === 12) {
        throw new Error('its own');
      }
      if (attempt < 20) {
        throw new BrokerUnavailableError('away');
      }
    };
    await startService({ maxAttempts: 2 });
    await publisher.publish(ailing);
    await eventually(() => expect(handled).toEqual([{ commandId: ailing.commandId, attempt: 20 }]));
    await expectQueueEmptyAfterClose();
    expect(await bed.drain(topologyNames(bed.prefix).deadQueue)).toEqual([]);
  });

  it('turns a command into a dead letter if the environment fails for too long', async () => {
    onOrder = () => {
      throw new BrokerUnavailableError('away');
    };
    await startService({ maxAttempts: 1, maxWaitMs: 100 });
    await publisher.publish(command());
    const { headers } = (await deadLetter()).properties;
    expect(headers).toMatchObject({ 'reason-code': 'broker_unavailable' });
    expect(headers!['attempts']).toBeGreaterThan(1);
    await expectQueueEmptyAfterClose();
  });

  it('also handles commands for an event pattern: retries them in place, or makes dead letters', async () => {
    onOrder = ({ data }, attempt) => {
      if (data === 'poison' || attempt < 3) {
        throw new Error('not now');
      }
    };
    await startService({ maxAttempts: 4 });
    const flaky = command('NoteOrder');
    await publisher.publish(flaky);
    await eventually(() => expect(handled).toEqual([{ commandId: flaky.commandId, attempt: 3 }]));
    await publisher.publish(command('NoteOrder', 'poison'));
    expect((await deadLetter()).properties.headers).toMatchObject({ reason: 'not now', attempts: 4 });
    await expectQueueEmptyAfterClose();
  });

  it('turns a command that a guard refuses into a dead letter at once', async () => {
    await startService();
    await publisher.publish(command('ShipOrder'));
    expect((await deadLetter()).properties.headers).toMatchObject({
      reason: 'Forbidden resource',
      attempts: 1,
    });
    expect(handled).toEqual([]);
    await expectQueueEmptyAfterClose();
  });

  it('turns a command without a controller, or an unreadable command, into a dead letter', async () => {
    await startService();
    await publisher.publish(command('FrobnicateOrder'));
    expect((await deadLetter()).properties.headers).toMatchObject({ 'reason-code': 'unknown_pattern' });
    publishSigned(Buffer.from('{"commandId"'));
    expect((await deadLetter()).properties.headers).toMatchObject({ 'reason-code': 'malformed_message' });
    const stray = { ...command(), streamType: 'Payment' };
    publishSigned(Buffer.from(JSON.stringify(stray)));
    expect((await deadLetter()).properties.headers).toMatchObject({ 'reason-code': 'unknown_pattern' });
    await expectQueueEmptyAfterClose();
  });

  it('finishes running commands when it is closed, and leaves the rest in the queue', async () => {
    let go = () => {};
    const mayGo = new Promise<void>((resolve) => (go = resolve));
    let running = 0;
    onOrder = () => {
      running += 1;
      return mayGo;
    };
    const service = await startService({ prefetch: 2 });
    const commands = Array.from({ length: 5 }, () => command());
    for (const each of commands) {
      await publisher.publish(each);
    }
    await eventually(() => expect(running).toBe(2));
    const closed = service.close();
    go();
    await closed;
    expect(idsHandled()).toEqual(commands.slice(0, 2).map(({ commandId }) => commandId));
    await eventually(async () => expect(await bed.inspect(queue())).toEqual({ ready: 3, consumers: 0 }));
  });

  it('puts a command back into the queue if the transport is closed while the command waits for its next attempt', async () => {
    let failed = 0;
    onOrder = () => {
      failed += 1;
      throw new Error('not now');
    };
    const service = await startService({ minBackoffMs: 3_600_000, maxBackoffMs: 3_600_000 });
    await publisher.publish(command());
    await eventually(() => expect(failed).toBe(1));
    await service.close();
    await eventually(async () => expect(await bed.inspect(queue())).toEqual({ ready: 1, consumers: 0 }));
  });

  it('loses nothing when its connection is cut again and again', async () => {
    await startService();
    const commands = Array.from({ length: 200 }, () => command());
    for (const [index, each] of commands.entries()) {
      const sent = publisher.publish(each).catch(() => publisher.publish(each));
      if (index % 50 === 25) {
        bed.proxy.cut();
      }
      await sent;
    }
    await eventually(() =>
      expect(new Set(idsHandled())).toEqual(new Set(commands.map((each) => each.commandId))),
    );
    await eventually(async () => expect((await bed.inspect(queue()))?.ready).toBe(0));
  });

  it('runs commands of one key one after another, in order, and other commands at the same time', async () => {
    let running = 0;
    let most = 0;
    const mayGo = new Map<string, () => void>();
    onOrder = async ({ commandId, data }) => {
      if (data === 'hot') {
        running += 1;
        most = Math.max(most, running);
        await new Promise<void>((resolve) => mayGo.set(commandId, resolve));
        running -= 1;
      }
    };
    await startService({ serialiseBy: ({ data }) => (typeof data === 'string' ? data : undefined) });
    const hot = [command('PayOrder', 'hot'), command('PayOrder', 'hot'), command('PayOrder', 'hot')];
    const cold = command();
    for (const each of [...hot, cold]) {
      await publisher.publish(each);
    }
    await eventually(() => expect(idsHandled()).toEqual([cold.commandId]));
    for (const each of hot) {
      await eventually(() => expect(mayGo.has(each.commandId)).toBe(true));
      mayGo.get(each.commandId)!();
    }
    await eventually(() => expect(handled).toHaveLength(4));
    expect(idsHandled().slice(1)).toEqual(hot.map(({ commandId }) => commandId));
    expect(most).toBe(1);
  });
});

describe('CommandPublisher', () => {
  it('stores a command durably before any consumer exists', async () => {
    await publisher.publish({ ...command(), traceparent: '00-trace' });
    const [message] = await bed.drain(queue());
    expect(message!.properties).toMatchObject({ deliveryMode: 2, headers: { traceparent: '00-trace' } });
  });

  it('fails a command that no queue takes, and continues with other commands', async () => {
    const lost = publisher.publish({ ...command(), streamType: 'Nobody' });
    const sound = publisher.publish(command());
    await expect(lost).rejects.toBeInstanceOf(UnroutableMessageError);
    await sound;
    expect(await bed.drain(queue())).toHaveLength(1);
  });

  it('has at most the allowed number of commands in flight, and sends a command in flight only once', async () => {
    const narrow = new CommandPublisher({
      keys: testKeys,
      broker: bed.broker,
      prefix: bed.prefix,
      streamTypes: ['Order'],
      maxInFlight: 2,
    });
    const commands = Array.from({ length: 20 }, () => command());
    await Promise.all([...commands, ...commands].map((each) => narrow.publish(each)));
    expect(await bed.drain(queue())).toHaveLength(20);
    await narrow.close();
  });
});
