import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { RelayGroup } from '@tidemark/messaging';
import { ApiProblem, Roles } from '@tidemark/platform';
import { RelayStatusDto } from './relay-status.dto';

@ApiTags('operations')
@Controller('admin/relay')
export class RelayStatusController {
  constructor(@Inject(RelayGroup) private readonly relay: RelayGroup | null) {}

  @Get()
  @Roles('admin')
  @ApiOkResponse({ type: RelayStatusDto })
  @ApiProblem('store_unavailable')
  async status(): Promise<RelayStatusDto> {
    return this.relay
      ? { delivery: 'rabbitmq', items: await this.relay.status() }
      : { delivery: 'log', items: [] };
  }
}
