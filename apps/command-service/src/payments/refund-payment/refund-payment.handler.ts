import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { CommandData } from '@tidemark/contracts';
import { CommandExecutor, type Execution } from '@tidemark/event-store';
import { refundPayment, refundFor, payment, type PaymentProvider } from '@tidemark/payments';
import { WriteCommand } from '../../write/write-command';
import { PAYMENT_PROVIDER } from '../../tokens';

export class RefundPaymentCommand extends WriteCommand<CommandData<'RefundPayment'>> {}

/**
 * Refunds a payment. After a crash between the provider's answer and the event, a repeat of the command adds the event:
 * the provider gives the same answer to the same key.
 */
@CommandHandler(RefundPaymentCommand)
export class RefundPaymentHandler implements ICommandHandler<RefundPaymentCommand> {
  constructor(
    private readonly executor: CommandExecutor,
    @Inject(PAYMENT_PROVIDER) private readonly provider: PaymentProvider,
  ) {}

  execute({ data, context }: RefundPaymentCommand): Promise<Execution> {
    return this.executor.executeAsking({
      aggregate: payment,
      aggregateId: data.orderId,
      command: context,
      decide: async (state) => {
        const request = refundFor(data, state);
        const answer = request && (await this.provider.refund(request));
        return refundPayment({ ...data, answer }, state);
      },
    });
  }
}
