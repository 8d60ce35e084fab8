import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { CommandExecutor, type Execution } from '@tidemark/event-store';
import type { Clock } from '@tidemark/kernel';
import { order as orderAggregate } from '@tidemark/ordering';
import { payment, requestPayment, type RequestPayment } from '@tidemark/payments';
import { CLOCK, PAYMENT_EXPIRY_MS } from '../../tokens';
import { pinned } from '../../write/pinned';
import { OrderWriteCommand } from '../../orders/order-write-command';
import { visibleOrder } from '../../orders/visible-order';

/** The expected version is that of the order, because the order is what the caller pays for. */
export class RequestPaymentCommand extends OrderWriteCommand<
  Omit<RequestPayment, 'order' | 'now' | 'expiryMs'>
> {}

@CommandHandler(RequestPaymentCommand)
export class RequestPaymentHandler implements ICommandHandler<RequestPaymentCommand> {
  constructor(
    private readonly executor: CommandExecutor,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(PAYMENT_EXPIRY_MS) private readonly expiryMs: number,
  ) {}

  async execute({ data, context, caller, expectedVersion }: RequestPaymentCommand): Promise<Execution> {
    const loaded = await this.executor.load(orderAggregate, data.orderId);
    const order = visibleOrder(loaded.state, caller);
    const now = this.clock();
    const { expiryMs } = this;
    const decide = pinned(expectedVersion, (state: typeof payment.initial) =>
      requestPayment({ ...data, order, now, expiryMs }, state),
    );
    return this.executor.execute({
      aggregate: payment,
      // Assumes the order's first payment, which is the usual case. For a later payment, the append reports the
      // conflict.
      startsStream: true,
      aggregateId: data.orderId,
      command: context,
      decide: (state) => decide(state, loaded.version),
    });
  }
}
