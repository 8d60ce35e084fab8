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
import { ChangeProductDetailsDto } from './change-product-details.dto';
import { ChangeProductDetailsCommand } from './change-product-details.handler';

@ApiTags('products')
@Controller('v1/products/:id/details')
export class ChangeProductDetailsController {
  constructor(private readonly writes: WriteGateway) {}

  @Put()
  @Roles('service')
  @WriteEndpoint({ status: 200, ifMatch: true })
  @ApiProblem('not_found')
  @ApiProblemAt(409, 'product_discontinued')
  change(
    @Param() { id: productId }: ProductIdParams,
    @Body() body: ChangeProductDetailsDto,
    @CommandContext() context: CommandContext,
    @ExpectedVersion() expectedVersion: number | undefined,
  ): Promise<WriteResultDto> {
    const command = new ChangeProductDetailsCommand({ ...body, productId }, context, expectedVersion);
    return this.writes.write(productId, command, productStatusByCode);
  }
}
