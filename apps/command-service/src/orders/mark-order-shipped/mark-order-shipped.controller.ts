import { MessagePattern, Payload } from '@nestjs/microservices';
import { ProcessCommandController } from '../../process-commands/process-command-controller';
import { ProcessCommandGateway } from '../../process-commands/process-command-gateway';
import { ReceivedCommandPipe, type ReceivedCommand } from '../../process-commands/received-command';
import { MarkOrderShippedDto } from './mark-order-shipped.dto';
import { MarkOrderShippedCommand } from './mark-order-shipped.handler';

@ProcessCommandController()
export class MarkOrderShippedController {
  constructor(private readonly processes: ProcessCommandGateway) {}

  @MessagePattern('Order.MarkOrderShipped')
  markShipped(
    @Payload(new ReceivedCommandPipe(MarkOrderShippedDto)) command: ReceivedCommand<MarkOrderShippedDto>,
  ): Promise<void> {
    return this.processes.execute(new MarkOrderShippedCommand(command.data, command.context));
  }
}
