import { Module } from '@nestjs/common';
import { ProcessCommandsModule } from '../process-commands/process-commands.module';
import { WriteModule } from '../write/write.module';
import { CapturePaymentController } from './capture-payment/capture-payment.controller';
import { CapturePaymentHandler } from './capture-payment/capture-payment.handler';
import { RefundPaymentController } from './refund-payment/refund-payment.controller';
import { RefundPaymentHandler } from './refund-payment/refund-payment.handler';
import { RequestPaymentController } from './request-payment/request-payment.controller';
import { RequestPaymentHandler } from './request-payment/request-payment.handler';

@Module({
  imports: [WriteModule, ProcessCommandsModule],
  controllers: [CapturePaymentController, RefundPaymentController, RequestPaymentController],
  providers: [CapturePaymentHandler, RefundPaymentHandler, RequestPaymentHandler],
})
export class PaymentsModule {}
