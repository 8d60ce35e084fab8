import { hasRole, invalidRequest, type Caller } from '@tidemark/platform';
import type { OrderItemDto } from './order-item.dto';

/**
 * Only services may set agreed prices. From other callers, `unitPrice` is refused as an unknown field.
 *
 * @param pathOf the path of the item in the body
 * @throws ProblemException 400 `unknown_field`
 */
export function refuseAgreedPrices(
  caller: Caller,
  items: readonly OrderItemDto[],
  pathOf: (index: number) => string,
): void {
  if (hasRole(caller, 'service')) {
    return;
  }
  const faults = items.flatMap((item, index) => (item.unitPrice === undefined ? [] : [pathOf(index)]));
  if (faults.length > 0) {
    throw invalidRequest(
      ...faults.map((path) => ({
        path,
        code: 'unknown_field',
        message: `${path} is not a field of this request`,
      })),
    );
  }
}
