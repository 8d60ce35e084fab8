import { MessagePattern, Payload } from '@nestjs/microservices';
import { ProcessCommandController } from '../../process-commands/process-command-controller';
import { ProcessCommandGateway } from '../../process-commands/process-command-gateway';
import { ReceivedCommandPipe, type ReceivedCommand } from '../../process-commands/received-command';
import { ReserveInventoryDto } from './reserve-inventory.dto';
import { ReserveInventoryCommand } from './reserve-inventory.handler';

@ProcessCommandController()
export class ReserveInventoryController {
  constructor(private readonly processes: ProcessCommandGateway) {}

  @MessagePattern('StockItem.ReserveInventory')
  reserve(
    @Payload(new ReceivedCommandPipe(ReserveInventoryDto)) command: ReceivedCommand<ReserveInventoryDto>,
  ): Promise<void> {
    return this.processes.execute(new ReserveInventoryCommand(command.data, command.context));
  }
}
