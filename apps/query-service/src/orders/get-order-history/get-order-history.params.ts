import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';

export const historyEvents = ['status', 'all'] as const;

export class GetOrderHistoryParams {
  @ApiPropertyOptional({
    enum: historyEvents,
    default: 'status',
    description:
      '`status`: the events that changed the status. `all`: every event of the order, its payments and its shipment.',
  })
  @IsOptional()
  @IsIn(historyEvents, { message: `$property must be one of ${historyEvents.join(', ')}` })
  readonly events: (typeof historyEvents)[number] = 'status';
}
