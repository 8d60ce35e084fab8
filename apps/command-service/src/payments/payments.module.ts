import { Module, type DynamicModule } from '@nestjs/common';
import type { Config } from '../config';
import { ProcessCommandsModule } from '../process-commands/process-commands.module';
import { WriteModule } from '../write/write.module';
import { CapturePaymentController } from './capture-payment/capture-payment.controller';
import { CapturePaymentHandler } from './capture-payment/capture-payment.handler';
import { RefundPaymentController } from './refund-payment/refund-payment.controller';
import { RefundPaymentHandler } from './refund-payment/refund-payment.handler';
import { RequestPaymentController } from './request-payment/request-payment.controller';
import { RequestPaymentHandler } from './request-payment/request-payment.handler';
import { PAYMENT_EXPIRY_MS } from './tokens';

@Module({
  imports: [WriteModule, ProcessCommandsModule],
  controllers: [CapturePaymentController, RefundPaymentController, RequestPaymentController],
  providers: [CapturePaymentHandler, RefundPaymentHandler, RequestPaymentHandler],
})
export class PaymentsModule {
  static forRoot({ payments }: Pick<Config, 'payments'>): DynamicModule {
    return {
      module: PaymentsModule,
      providers: [{ provide: PAYMENT_EXPIRY_MS, useValue: payments.expiryMs }],
    };
  }
}
