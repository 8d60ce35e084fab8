import { MessagePattern, Payload } from '@nestjs/microservices';
import { ProcessCommandController } from '../../process-commands/process-command-controller';
import { ProcessCommandGateway } from '../../process-commands/process-command-gateway';
import { ReceivedCommandPipe, type ReceivedCommand } from '../../process-commands/received-command';
import { PayOrderDto } from './pay-order.dto';
import { PayOrderCommand } from './pay-order.handler';

@ProcessCommandController()
export class PayOrderController {
  constructor(private readonly processes: ProcessCommandGateway) {}

  @MessagePattern('Order.PayOrder')
  pay(@Payload(new ReceivedCommandPipe(PayOrderDto)) command: ReceivedCommand<PayOrderDto>): Promise<void> {
    return this.processes.execute(new PayOrderCommand(command.data, command.context));
  }
}
