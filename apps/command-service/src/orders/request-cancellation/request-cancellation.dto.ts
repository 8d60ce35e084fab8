import { IsText } from '@tidemark/platform';

export class RequestCancellationDto {
  @IsText(500)
  readonly reason!: string;
}
