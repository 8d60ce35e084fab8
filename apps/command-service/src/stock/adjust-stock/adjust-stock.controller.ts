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
import { AdjustStockDto } from './adjust-stock.dto';
import { AdjustStockCommand } from './adjust-stock.handler';

@ApiTags('stock')
@Controller('v1/stock/:productId/adjust')
export class AdjustStockController {
  constructor(private readonly writes: WriteGateway) {}

  @Post()
  @Roles('operator')
  @WriteEndpoint({ status: 200, ifMatch: true })
  @ApiProblem('unknown_product', 'stock_would_be_negative')
  adjust(
    @Param() { productId }: StockItemParams,
    @Body() body: AdjustStockDto,
    @CommandContext() context: CommandContext,
    @ExpectedVersion() expectedVersion: number | undefined,
  ): Promise<WriteResultDto> {
    const command = new AdjustStockCommand({ ...body, productId }, context, expectedVersion);
    return this.writes.write(productId, command);
  }
}
