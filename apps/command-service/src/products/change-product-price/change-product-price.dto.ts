import { MoneyDto, NestedObject } from '@tidemark/platform';

export class ChangeProductPriceDto {
  @NestedObject(() => MoneyDto)
  readonly price!: MoneyDto;
}
