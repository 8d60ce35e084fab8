import { Body, Controller, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CommandContext, Roles, WriteEndpoint, type WriteResultDto } from '@tidemark/platform';
import { ApiProblem } from '../../write/problems';
import { WriteGateway } from '../../write/write-gateway';
import { AddProductDto } from './add-product.dto';
import { AddProductCommand } from './add-product.handler';

@ApiTags('products')
@Controller('v1/products')
export class AddProductController {
  constructor(private readonly writes: WriteGateway) {}

  @Post()
  @Roles('service')
  @WriteEndpoint({ status: 201, location: '/v1/products/:id' })
  @ApiProblem('product_exists')
  add(@Body() body: AddProductDto, @CommandContext() context: CommandContext): Promise<WriteResultDto> {
    return this.writes.write(body.productId, new AddProductCommand(body, context));
  }
}
