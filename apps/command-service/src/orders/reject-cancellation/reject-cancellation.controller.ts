import { MessagePattern, Payload } from '@nestjs/microservices';
import { ProcessCommandController } from '../../process-commands/process-command-controller';
import { ProcessCommandGateway } from '../../process-commands/process-command-gateway';
import { ReceivedCommandPipe, type ReceivedCommand } from '../../process-commands/received-command';
import { RejectCancellationDto } from './reject-cancellation.dto';
import { RejectCancellationCommand } from './reject-cancellation.handler';

@ProcessCommandController()
export class RejectCancellationController {
  constructor(private readonly processes: ProcessCommandGateway) {}

  @MessagePattern('Order.RejectCancellation')
  reject(
    @Payload(new ReceivedCommandPipe(RejectCancellationDto)) command: ReceivedCommand<RejectCancellationDto>,
  ): Promise<void> {
    return this.processes.execute(new RejectCancellationCommand(command.data, command.context));
  }
}
