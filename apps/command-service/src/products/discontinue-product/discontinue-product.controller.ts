import { Controller, Param, Post } from '@nestjs/common';
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
import { DiscontinueProductCommand } from './discontinue-product.handler';

@ApiTags('products')
@Controller('v1/products/:id/discontinue')
export class DiscontinueProductController {
  constructor(private readonly writes: WriteGateway) {}

  @Post()
  @Roles('service')
  @WriteEndpoint({ status: 200, ifMatch: true })
  @ApiProblem('not_found')
  @ApiProblemAt(409, 'product_discontinued')
  discontinue(
    @Param() { id: productId }: ProductIdParams,
    @CommandContext() context: CommandContext,
    @ExpectedVersion() expectedVersion: number | undefined,
  ): Promise<WriteResultDto> {
    const command = new DiscontinueProductCommand({ productId }, context, expectedVersion);
    return this.writes.write(productId, command, productStatusByCode);
  }
}
