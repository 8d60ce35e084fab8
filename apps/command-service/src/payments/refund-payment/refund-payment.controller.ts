import { MessagePattern, Payload } from '@nestjs/microservices';
import { ProcessCommandController } from '../../process-commands/process-command-controller';
import { ProcessCommandGateway } from '../../process-commands/process-command-gateway';
import { ReceivedCommandPipe, type ReceivedCommand } from '../../process-commands/received-command';
import { RefundPaymentDto } from './refund-payment.dto';
import { RefundPaymentCommand } from './refund-payment.handler';

@ProcessCommandController()
export class RefundPaymentController {
  constructor(private readonly processes: ProcessCommandGateway) {}

  @MessagePattern('Payment.RefundPayment')
  refund(
    @Payload(new ReceivedCommandPipe(RefundPaymentDto)) command: ReceivedCommand<RefundPaymentDto>,
  ): Promise<void> {
    return this.processes.execute(new RefundPaymentCommand(command.data, command.context));
  }
}
