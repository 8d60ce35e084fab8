import type { TestCommandService } from '../command-service.fixture';
import { customerRoutesOf } from './customer-routes.fixture';
import { orderRoutesOf } from './order-routes.fixture';
import { productRoutesOf } from './product-routes.fixture';
import { shipmentRoutesOf } from './shipment-routes.fixture';
import type { WriteRoutes } from './write-route.fixture';

/** The public interface's write table, by method and pattern. */
export function writeRoutesOf(service: TestCommandService): WriteRoutes {
  return {
    ...orderRoutesOf(service),
    ...customerRoutesOf(service),
    ...productRoutesOf(service),
    ...shipmentRoutesOf(service),
  };
}
