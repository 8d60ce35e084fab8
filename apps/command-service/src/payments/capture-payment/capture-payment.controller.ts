import { MessagePattern, Payload } from '@nestjs/microservices';
import { ProcessCommandController } from '../../process-commands/process-command-controller';
import { ProcessCommandGateway } from '../../process-commands/process-command-gateway';
import { ReceivedCommandPipe, type ReceivedCommand } from '../../process-commands/received-command';
import { CapturePaymentDto } from './capture-payment.dto';
import { CapturePaymentCommand } from './capture-payment.handler';

@ProcessCommandController()
export class CapturePaymentController {
  constructor(private readonly processes: ProcessCommandGateway) {}

  @MessagePattern('Payment.CapturePayment')
  capture(
    @Payload(new ReceivedCommandPipe(CapturePaymentDto)) command: ReceivedCommand<CapturePaymentDto>,
  ): Promise<void> {
    return this.processes.execute(new CapturePaymentCommand(command.data, command.context));
  }
}
