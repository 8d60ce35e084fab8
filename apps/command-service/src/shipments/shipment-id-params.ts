import { IsUuid } from '@tidemark/platform';
import type { ShipmentId } from '@tidemark/shipping';

export class ShipmentIdParams {
  @IsUuid()
  readonly id!: ShipmentId;
}
