import { IsText } from '@tidemark/platform';

export class RequestCancellationDto {
  @IsText(500, { example: 'ordered by mistake' })
  readonly reason!: string;
}
