import { MessagePattern, Payload } from '@nestjs/microservices';
import { ProcessCommandController } from '../../process-commands/process-command-controller';
import { ProcessCommandGateway } from '../../process-commands/process-command-gateway';
import { ReceivedCommandPipe, type ReceivedCommand } from '../../process-commands/received-command';
import { ShipReservedInventoryDto } from './ship-reserved-inventory.dto';
import { ShipReservedInventoryCommand } from './ship-reserved-inventory.handler';

@ProcessCommandController()
export class ShipReservedInventoryController {
  constructor(private readonly processes: ProcessCommandGateway) {}

  @MessagePattern('StockItem.ShipReservedInventory')
  ship(
    @Payload(new ReceivedCommandPipe(ShipReservedInventoryDto))
    command: ReceivedCommand<ShipReservedInventoryDto>,
  ): Promise<void> {
    return this.processes.execute(new ShipReservedInventoryCommand(command.data, command.context));
  }
}
