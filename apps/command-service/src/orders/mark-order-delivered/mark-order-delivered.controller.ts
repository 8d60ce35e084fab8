import { MessagePattern, Payload } from '@nestjs/microservices';
import { ProcessCommandController } from '../../process-commands/process-command-controller';
import { ProcessCommandGateway } from '../../process-commands/process-command-gateway';
import { ReceivedCommandPipe, type ReceivedCommand } from '../../process-commands/received-command';
import { MarkOrderDeliveredDto } from './mark-order-delivered.dto';
import { MarkOrderDeliveredCommand } from './mark-order-delivered.handler';

@ProcessCommandController()
export class MarkOrderDeliveredController {
  constructor(private readonly processes: ProcessCommandGateway) {}

  @MessagePattern('Order.MarkOrderDelivered')
  markDelivered(
    @Payload(new ReceivedCommandPipe(MarkOrderDeliveredDto)) command: ReceivedCommand<MarkOrderDeliveredDto>,
  ): Promise<void> {
    return this.processes.execute(new MarkOrderDeliveredCommand(command.data, command.context));
  }
}
