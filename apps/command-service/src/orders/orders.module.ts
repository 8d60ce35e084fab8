import { Module } from '@nestjs/common';
import { WriteModule } from '../write/write.module';
import { AddItemToOrderController } from './add-item-to-order/add-item-to-order.controller';
import { AddItemToOrderHandler } from './add-item-to-order/add-item-to-order.handler';
import { ChangeShippingAddressController } from './change-shipping-address/change-shipping-address.controller';
import { ChangeShippingAddressHandler } from './change-shipping-address/change-shipping-address.handler';
import { CreateOrderController } from './create-order/create-order.controller';
import { CreateOrderHandler } from './create-order/create-order.handler';
import { RemoveItemFromOrderController } from './remove-item-from-order/remove-item-from-order.controller';
import { RemoveItemFromOrderHandler } from './remove-item-from-order/remove-item-from-order.handler';
import { RequestCancellationController } from './request-cancellation/request-cancellation.controller';
import { RequestCancellationHandler } from './request-cancellation/request-cancellation.handler';
import { LineFacts } from './line-facts';

@Module({
  imports: [WriteModule],
  controllers: [
    AddItemToOrderController,
    ChangeShippingAddressController,
    CreateOrderController,
    RemoveItemFromOrderController,
    RequestCancellationController,
  ],
  providers: [
    AddItemToOrderHandler,
    ChangeShippingAddressHandler,
    CreateOrderHandler,
    RemoveItemFromOrderHandler,
    RequestCancellationHandler,
    LineFacts,
  ],
})
export class OrdersModule {}
