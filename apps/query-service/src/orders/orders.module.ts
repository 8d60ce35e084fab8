import { Module } from '@nestjs/common';
import { PostgresSnapshots } from '@tidemark/event-store';
import { EVENT_LOG_POOL } from '@tidemark/event-store/nestjs';
import type { Pool } from 'pg';
import { ListOrdersController } from './list-orders/list-orders.controller';
import { ListOrdersHandler } from './list-orders/list-orders.handler';
import { GetOrderController } from './get-order/get-order.controller';
import { GetOrderHandler } from './get-order/get-order.handler';
import { GetOrderHistoryController } from './get-order-history/get-order-history.controller';
import { GetOrderHistoryHandler } from './get-order-history/get-order-history.handler';
import { GetOrderStateController } from './get-order-state/get-order-state.controller';
import { GetOrderStateHandler } from './get-order-state/get-order-state.handler';

@Module({
  controllers: [ListOrdersController, GetOrderController, GetOrderHistoryController, GetOrderStateController],
  providers: [
    ListOrdersHandler,
    GetOrderHandler,
    GetOrderHistoryHandler,
    GetOrderStateHandler,
    {
      provide: PostgresSnapshots,
      useFactory: (pool: Pool) => new PostgresSnapshots({ pool }),
      inject: [EVENT_LOG_POOL],
    },
  ],
})
export class OrdersModule {}
