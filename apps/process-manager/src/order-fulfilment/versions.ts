import type { FulfilmentSettings } from './fulfilment-settings';
import { orderFulfilment, type OrderFulfilment } from './order-fulfilment';

/**
 * Every version that running fulfilments may have started with. The behaviour of running fulfilments never changes: a
 * change needs a new version beside the old ones. `histories/` proves that each version still behaves as before.
 */
export function fulfilmentVersions(
  settings?: FulfilmentSettings,
): readonly [OrderFulfilment, ...OrderFulfilment[]] {
  return [orderFulfilment(settings)];
}
