import { IsText, NestedObject } from '@tidemark/platform';
import { ApiProperty } from '@nestjs/swagger';
import { Equals } from 'class-validator';

export class CardDto {
  @ApiProperty({ enum: ['card'] })
  @Equals('card', { message: '$property is card' })
  readonly type!: 'card';

  @IsText(200, {
    description: "The provider's token for the card; card data itself is never sent here",
    example: 'tok_ok',
  })
  readonly token!: string;
}

export class RequestPaymentDto {
  @NestedObject(() => CardDto)
  readonly method!: CardDto;
}
