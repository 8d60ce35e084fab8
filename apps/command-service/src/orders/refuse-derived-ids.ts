import type { OrderId } from '@tidemark/ordering';
import { hasRole, invalidRequest, type Caller } from '@tidemark/platform';
import { isDerivedId } from '../write/derived-id';

/**
 * A derived id follows from its caller's subject and key, which another customer may know or guess. So customers may
 * not name such ids: a customer could take the id before its owner does, and the answer would reveal whether it is
 * taken.
 *
 * @throws ProblemException 400
 */
export function refuseDerivedIds(caller: Caller, orderId: OrderId | undefined): void {
  if (orderId !== undefined && isDerivedId(orderId) && !hasRole(caller, 'operator')) {
    throw invalidRequest({
      path: 'orderId',
      code: 'reserved_id',
      message: 'orderId must not be a UUID of version 5: the service generates those',
    });
  }
}
