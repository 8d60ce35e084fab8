import { IsText } from '@tidemark/platform';
import { IsISO8601, Matches } from 'class-validator';

const DATE_OR_INSTANT = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2}))?$/;
const message = '$property must be an RFC 3339 date or date-time';

export class DispatchShipmentDto {
  @IsText(100, { example: 'Harbour Post' })
  readonly carrier!: string;

  @IsText(100, { example: 'HP-4711' })
  readonly trackingNumber!: string;

  // The pattern checks the format, and the other rule checks the calendar.
  @IsText(40, { optional: true, description: 'An RFC 3339 date or date-time', example: '2026-12-24' })
  @Matches(DATE_OR_INSTANT, { message })
  @IsISO8601({ strict: true }, { message })
  readonly estimatedDelivery?: string;
}
