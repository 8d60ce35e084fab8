import { Body, Controller, Param, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  CommandContext,
  ExpectedVersion,
  Roles,
  WriteEndpoint,
  type WriteResultDto,
} from '@tidemark/platform';
import { ApiProblem, ApiProblemAt } from '../../write/problems';
import { WriteGateway } from '../../write/write-gateway';
import { ProductIdParams } from '../product-id-params';
import { productStatusByCode } from '../product-status-by-code';
import { ChangeProductPriceDto } from './change-product-price.dto';
import { ChangeProductPriceCommand } from './change-product-price.handler';

@ApiTags('products')
@Controller('v1/products/:id/price')
export class ChangeProductPriceController {
  constructor(private readonly writes: WriteGateway) {}

  @Put()
  @Roles('service')
  @WriteEndpoint({ status: 200, ifMatch: true })
  @ApiProblem('not_found')
  @ApiProblemAt(409, 'product_discontinued')
  change(
    @Param() { id: productId }: ProductIdParams,
    @Body() body: ChangeProductPriceDto,
    @CommandContext() context: CommandContext,
    @ExpectedVersion() expectedVersion: number | undefined,
  ): Promise<WriteResultDto> {
    const command = new ChangeProductPriceCommand({ ...body, productId }, context, expectedVersion);
    return this.writes.write(productId, command, productStatusByCode);
  }
}
