import { IsText, NestedObject } from '@tidemark/platform';
import { ApiProperty } from '@nestjs/swagger';
import { Equals } from 'class-validator';

export class CardDto {
  @ApiProperty({ enum: ['card'] })
  @Equals('card', { message: '$property must be card' })
  readonly type!: 'card';

  @IsText(200, {
    description: "The payment provider's token for the card. Never send card data",
    example: 'tok_ok',
  })
  readonly token!: string;
}

export class RequestPaymentDto {
  @NestedObject(() => CardDto)
  readonly method!: CardDto;
}
