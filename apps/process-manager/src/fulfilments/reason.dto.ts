import { IsText } from '@tidemark/platform';

export class ReasonDto {
  @IsText(500, {
    description: 'The reason. It stays in the history of the fulfilment, where the customer can read it',
    example: 'paid back by bank transfer',
  })
  readonly reason!: string;
}
