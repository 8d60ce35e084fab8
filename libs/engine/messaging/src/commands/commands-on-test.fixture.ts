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
import { Fault } from '@tidemark/kernel';
import { eventually } from '@tidemark/test-servers';
import { v7 as uuid } from 'uuid';
import { signMessage } from '../signing/sign-message';
import { testKeys } from '../signing/test-keys.fixture';
import type { CommandBed, DeadCommand } from './command-bed.fixture';
import { CommandDeliveryContext } from './command-delivery-context';
import type { CommandEnvelope } from './command-envelope';
import { commandMessage } from './command-message';
import { CommandPublisher, type CommandPublisherOptions } from './command-publisher';
import type { CommandSender } from './command-sender';
import { CommandTransport, type CommandTransportOptions } from './command-transport';
import { FaultPassingFilter } from './fault-passing-filter';

export class Hopeless extends Fault {
  readonly code = 'hopeless';
  readonly retryable = false;
}

const handled: { commandId: string; attempt: number }[] = [];
type OrderHandler = (command: CommandEnvelope, attempt: number) => unknown;
let onOrder: OrderHandler = () => undefined;

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

/** A sender, and a Nest service with a controller of orders, connected by the queues of one bed. */
export class CommandsOnTest {
  /** What the controller has handled, in order. */
  readonly handled = handled;
  readonly publisher: CommandPublisher;
  private readonly sender: CommandSender;
  private readonly services: INestMicroservice[] = [];

  constructor(private readonly bed: CommandBed) {
    handled.length = 0;
    onOrder = () => undefined;
    this.sender = bed.sender();
    this.publisher = new CommandPublisher({ sender: this.sender, keys: testKeys });
  }

  /** What the controller does with a command. */
  onOrder(handler: OrderHandler): void {
    onOrder = handler;
  }

  get idsHandled(): string[] {
    return handled.map(({ commandId }) => commandId);
  }

  /** Another publisher, which the caller closes. */
  publisherWith(options: Partial<CommandPublisherOptions>): CommandPublisher {
    return new CommandPublisher({ sender: this.bed.sender(), keys: testKeys, ...options });
  }

  async startService({
    prefetch,
    ...options
  }: Partial<CommandTransportOptions> & { readonly prefetch?: number } = {}): Promise<INestMicroservice> {
    const service = await NestFactory.createMicroservice(OrderModule, {
      logger: false,
      strategy: new CommandTransport({
        receiver: this.bed.receiver(prefetch === undefined ? {} : { prefetch }),
        keys: testKeys,
        minBackoffMs: 5,
        maxBackoffMs: 20,
        ...options,
      }),
    });
    service.useGlobalFilters(new FaultPassingFilter());
    await service.listen();
    this.services.push(service);
    await eventually(async () => expect((await this.bed.inspect()).consumers).toBeGreaterThan(0));
    return service;
  }

  /** Stores content of any kind, signed, under the routing key of PayOrder. */
  async putSigned(content: Buffer): Promise<void> {
    const message = { ...commandMessage(this.sender.exchange, command()), content };
    await this.bed.put(signMessage(message, testKeys.signingKey('process:test')));
  }

  deadLetter(): Promise<DeadCommand> {
    return eventually(async () => {
      const letters = await this.bed.drainDead();
      expect(letters).toHaveLength(1);
      return letters[0]!;
    });
  }

  async expectQueueEmptyAfterClose(): Promise<void> {
    await this.stopServices();
    await this.expectLeft(0);
  }

  async expectEmpty(): Promise<void> {
    await eventually(async () => expect((await this.bed.inspect()).ready).toBe(0));
  }

  /** Expects `ready` commands in the queue, and no receiver. */
  async expectLeft(ready: number): Promise<void> {
    await eventually(async () => expect(await this.bed.inspect()).toEqual({ ready, consumers: 0 }));
  }

  async stop(): Promise<void> {
    await this.stopServices();
    await this.publisher.close();
  }

  private async stopServices(): Promise<void> {
    await Promise.all(this.services.splice(0).map((service) => service.close()));
  }
}

export function command(type = 'PayOrder', data: unknown = {}): CommandEnvelope {
  return { commandId: uuid(), streamType: 'Order', type, data, correlationId: 'c', actor: 'process:test' };
}
