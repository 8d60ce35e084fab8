import { MessagePattern, Payload } from '@nestjs/microservices';
import { ProcessCommandController } from '../../process-commands/process-command-controller';
import { ProcessCommandGateway } from '../../process-commands/process-command-gateway';
import { ReceivedCommandPipe, type ReceivedCommand } from '../../process-commands/received-command';
import { CancelShipmentDto } from './cancel-shipment.dto';
import { CancelShipmentCommand } from './cancel-shipment.handler';

@ProcessCommandController()
export class CancelShipmentController {
  constructor(private readonly processes: ProcessCommandGateway) {}

  @MessagePattern('Shipment.CancelShipment')
  cancel(
    @Payload(new ReceivedCommandPipe(CancelShipmentDto)) command: ReceivedCommand<CancelShipmentDto>,
  ): Promise<void> {
    return this.processes.execute(new CancelShipmentCommand(command.data, command.context));
  }
}
