import { IsText } from '@tidemark/platform';

export class ReasonDto {
  @IsText(500, {
    description: 'Why; stays in the history of the fulfilment, where its customer can read it',
    example: 'paid back by bank transfer',
  })
  readonly reason!: string;
}
