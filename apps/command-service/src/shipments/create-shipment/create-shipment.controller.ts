import { MessagePattern, Payload } from '@nestjs/microservices';
import { ProcessCommandController } from '../../process-commands/process-command-controller';
import { ProcessCommandGateway } from '../../process-commands/process-command-gateway';
import { ReceivedCommandPipe, type ReceivedCommand } from '../../process-commands/received-command';
import { CreateShipmentDto } from './create-shipment.dto';
import { CreateShipmentCommand } from './create-shipment.handler';

@ProcessCommandController()
export class CreateShipmentController {
  constructor(private readonly processes: ProcessCommandGateway) {}

  @MessagePattern('Shipment.CreateShipment')
  create(
    @Payload(new ReceivedCommandPipe(CreateShipmentDto)) command: ReceivedCommand<CreateShipmentDto>,
  ): Promise<void> {
    return this.processes.execute(new CreateShipmentCommand(command.data, command.context));
  }
}
