import { Body, Controller, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  CommandContext,
  ExpectedVersion,
  Roles,
  WriteEndpoint,
  type WriteResultDto,
} from '@tidemark/platform';
import { ApiProblem } from '../../write/problems';
import { WriteGateway } from '../../write/write-gateway';
import { StockItemParams } from '../stock-item-params';
import { ReceiveStockDto } from './receive-stock.dto';
import { ReceiveStockCommand } from './receive-stock.handler';

@ApiTags('stock')
@Controller('v1/stock/:productId/receive')
export class ReceiveStockController {
  constructor(private readonly writes: WriteGateway) {}

  @Post()
  @Roles('operator')
  @WriteEndpoint({ status: 200, ifMatch: true })
  @ApiProblem('unknown_product')
  receive(
    @Param() { productId }: StockItemParams,
    @Body() body: ReceiveStockDto,
    @CommandContext() context: CommandContext,
    @ExpectedVersion() expectedVersion: number | undefined,
  ): Promise<WriteResultDto> {
    const command = new ReceiveStockCommand({ ...body, productId }, context, expectedVersion);
    return this.writes.write(productId, command);
  }
}
