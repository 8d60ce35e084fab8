import { ApiProperty } from '@nestjs/swagger';
import { IsIdentifier, IsUuid } from '@tidemark/platform';
import { Matches } from 'class-validator';

export class OrderIdParams {
  @IsUuid({ description: "The order's id" })
  readonly id!: string;
}

export class ShipmentIdParams {
  @IsUuid({ description: "The shipment's id" })
  readonly id!: string;
}

export class CustomerIdParams {
  @IsIdentifier({ description: "The customer's id" })
  readonly id!: string;
}

export class ProductIdParams {
  @IsIdentifier({ description: "The product's id" })
  readonly productId!: string;
}

const streamId = /^[A-Za-z]{1,32}-[A-Za-z0-9._-]{1,64}$/;

export class StreamIdParams {
  @ApiProperty({ pattern: streamId.source, example: 'Order-3f1c6a52-8d5e-4c8b-9a5e-0d6f4b7f7a11' })
  @Matches(streamId, { message: '$property must have the form <StreamType>-<id>' })
  readonly streamId!: string;
}

const correlationId = /^[A-Za-z0-9._-]{1,128}$/;

export class CorrelationIdParams {
  @ApiProperty({ pattern: correlationId.source })
  @Matches(correlationId, { message: '$property must be 1 to 128 characters from A-Z a-z 0-9 . _ -' })
  readonly id!: string;
}
