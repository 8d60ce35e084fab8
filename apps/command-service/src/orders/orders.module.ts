import { Module } from '@nestjs/common';
import { ProcessCommandsModule } from '../process-commands/process-commands.module';
import { WriteModule } from '../write/write.module';
import { AddItemToOrderController } from './add-item-to-order/add-item-to-order.controller';
import { AddItemToOrderHandler } from './add-item-to-order/add-item-to-order.handler';
import { CancelOrderController } from './cancel-order/cancel-order.controller';
import { CancelOrderHandler } from './cancel-order/cancel-order.handler';
import { ChangeShippingAddressController } from './change-shipping-address/change-shipping-address.controller';
import { ChangeShippingAddressHandler } from './change-shipping-address/change-shipping-address.handler';
import { CreateOrderController } from './create-order/create-order.controller';
import { CreateOrderHandler } from './create-order/create-order.handler';
import { MarkOrderDeliveredController } from './mark-order-delivered/mark-order-delivered.controller';
import { MarkOrderDeliveredHandler } from './mark-order-delivered/mark-order-delivered.handler';
import { MarkOrderShippedController } from './mark-order-shipped/mark-order-shipped.controller';
import { MarkOrderShippedHandler } from './mark-order-shipped/mark-order-shipped.handler';
import { PayOrderController } from './pay-order/pay-order.controller';
import { PayOrderHandler } from './pay-order/pay-order.handler';
import { RejectCancellationController } from './reject-cancellation/reject-cancellation.controller';
import { RejectCancellationHandler } from './reject-cancellation/reject-cancellation.handler';
import { RemoveItemFromOrderController } from './remove-item-from-order/remove-item-from-order.controller';
import { RemoveItemFromOrderHandler } from './remove-item-from-order/remove-item-from-order.handler';
import { RequestCancellationController } from './request-cancellation/request-cancellation.controller';
import { RequestCancellationHandler } from './request-cancellation/request-cancellation.handler';
import { LineFacts } from './line-facts';

@Module({
  imports: [WriteModule, ProcessCommandsModule],
  controllers: [
    AddItemToOrderController,
    CancelOrderController,
    ChangeShippingAddressController,
    CreateOrderController,
    MarkOrderDeliveredController,
    MarkOrderShippedController,
    PayOrderController,
    RejectCancellationController,
    RemoveItemFromOrderController,
    RequestCancellationController,
  ],
  providers: [
    AddItemToOrderHandler,
    CancelOrderHandler,
    ChangeShippingAddressHandler,
    CreateOrderHandler,
    MarkOrderDeliveredHandler,
    MarkOrderShippedHandler,
    PayOrderHandler,
    RejectCancellationHandler,
    RemoveItemFromOrderHandler,
    RequestCancellationHandler,
    LineFacts,
  ],
})
export class OrdersModule {}
