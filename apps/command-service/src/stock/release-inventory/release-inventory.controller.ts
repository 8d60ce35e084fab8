import { MessagePattern, Payload } from '@nestjs/microservices';
import { ProcessCommandController } from '../../process-commands/process-command-controller';
import { ProcessCommandGateway } from '../../process-commands/process-command-gateway';
import { ReceivedCommandPipe, type ReceivedCommand } from '../../process-commands/received-command';
import { ReleaseInventoryDto } from './release-inventory.dto';
import { ReleaseInventoryCommand } from './release-inventory.handler';

@ProcessCommandController()
export class ReleaseInventoryController {
  constructor(private readonly processes: ProcessCommandGateway) {}

  @MessagePattern('StockItem.ReleaseInventory')
  release(
    @Payload(new ReceivedCommandPipe(ReleaseInventoryDto)) command: ReceivedCommand<ReleaseInventoryDto>,
  ): Promise<void> {
    return this.processes.execute(new ReleaseInventoryCommand(command.data, command.context));
  }
}
