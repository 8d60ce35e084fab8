import { Module, type DynamicModule } from '@nestjs/common';
import type { CommandServiceConfig } from '../config';
import { WriteModule } from '../write/write.module';
import { RequestPaymentController } from './request-payment/request-payment.controller';
import { RequestPaymentHandler } from './request-payment/request-payment.handler';
import { PAYMENT_EXPIRY_MS } from '../tokens';

@Module({
  imports: [WriteModule],
  controllers: [RequestPaymentController],
  providers: [RequestPaymentHandler],
})
export class PaymentsModule {
  static forRoot({ payments }: Pick<CommandServiceConfig, 'payments'>): DynamicModule {
    return {
      module: PaymentsModule,
      providers: [{ provide: PAYMENT_EXPIRY_MS, useValue: payments.expiryMs }],
    };
  }
}
