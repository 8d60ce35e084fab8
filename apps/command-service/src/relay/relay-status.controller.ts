import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { RelayGroup } from '@tidemark/messaging';
import { Roles } from '@tidemark/platform';
import { RelayStatusDto } from './relay-status.dto';

@ApiTags('operations')
@Controller('admin/relay')
export class RelayStatusController {
  constructor(private readonly relay: RelayGroup) {}

  @Get()
  @Roles('admin')
  @ApiOkResponse({ type: RelayStatusDto })
  async status(): Promise<RelayStatusDto> {
    return { items: await this.relay.status() };
  }
}
