import type { Money } from '@tidemark/kernel/money';
import { IsCurrency } from './codes';
import { IsPrice } from './field-rules';

/** An amount of 0 or more minor units (cents) of one currency. */
export class MoneyDto implements Money {
  @IsPrice({ description: 'In minor units, such as cents' })
  readonly amount!: number;

  @IsCurrency()
  readonly currency!: string;
}
