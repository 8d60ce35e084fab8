import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { CommandData } from '@tidemark/contracts';
import { CommandExecutor, type Execution } from '@tidemark/event-store';
import { capturePayment, chargeFor, payment, type PaymentProvider } from '@tidemark/payments';
import { WriteCommand } from '../../write/write-command';
import { PAYMENT_PROVIDER } from '../../tokens';

export class CapturePaymentCommand extends WriteCommand<CommandData<'CapturePayment'>> {}

/**
 * Captures a payment whose request is stored. After a crash between the provider's answer and the event, a repeat of
 * the command adds the event: the provider gives the same answer to the same key.
 */
@CommandHandler(CapturePaymentCommand)
export class CapturePaymentHandler implements ICommandHandler<CapturePaymentCommand> {
  constructor(
    private readonly executor: CommandExecutor,
    @Inject(PAYMENT_PROVIDER) private readonly provider: PaymentProvider,
  ) {}

  execute({ data, context }: CapturePaymentCommand): Promise<Execution> {
    return this.executor.executeAsking({
      aggregate: payment,
      aggregateId: data.orderId,
      command: context,
      decide: async (state) => {
        const request = chargeFor(data, state);
        const answer = request && (await this.provider.capture(request));
        return capturePayment({ ...data, answer }, state);
      },
    });
  }
}
