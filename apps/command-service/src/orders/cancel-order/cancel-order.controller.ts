import { MessagePattern, Payload } from '@nestjs/microservices';
import { ProcessCommandController } from '../../process-commands/process-command-controller';
import { ProcessCommandGateway } from '../../process-commands/process-command-gateway';
import { ReceivedCommandPipe, type ReceivedCommand } from '../../process-commands/received-command';
import { CancelOrderDto } from './cancel-order.dto';
import { CancelOrderCommand } from './cancel-order.handler';

@ProcessCommandController()
export class CancelOrderController {
  constructor(private readonly processes: ProcessCommandGateway) {}

  @MessagePattern('Order.CancelOrder')
  cancel(
    @Payload(new ReceivedCommandPipe(CancelOrderDto)) command: ReceivedCommand<CancelOrderDto>,
  ): Promise<void> {
    return this.processes.execute(new CancelOrderCommand(command.data, command.context));
  }
}
