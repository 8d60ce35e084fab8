import { ApiPropertyOptional } from '@nestjs/swagger';
import { PageQueryDto } from '@tidemark/platform';
import { shipmentStatuses, type ShipmentStatus } from '@tidemark/read-models';
import { IsIn, IsOptional } from 'class-validator';

export class ListShipmentsParams extends PageQueryDto {
  @ApiPropertyOptional({ enum: shipmentStatuses, enumName: 'ShipmentStatus' })
  @IsOptional()
  @IsIn(shipmentStatuses, { message: `$property must be one of ${shipmentStatuses.join(', ')}` })
  readonly status?: ShipmentStatus;
}
