import type { Type } from '@nestjs/common';
import type { ICommandHandler } from '@nestjs/cqrs';
import type { CommandData, CommandName } from '@tidemark/contracts';
import type { CommandContext } from '@tidemark/event-store';
import { CancelOrderCommand, CancelOrderHandler } from '../orders/cancel-order/cancel-order.handler';
import {
  MarkOrderDeliveredCommand,
  MarkOrderDeliveredHandler,
} from '../orders/mark-order-delivered/mark-order-delivered.handler';
import {
  MarkOrderShippedCommand,
  MarkOrderShippedHandler,
} from '../orders/mark-order-shipped/mark-order-shipped.handler';
import { PayOrderCommand, PayOrderHandler } from '../orders/pay-order/pay-order.handler';
import {
  RejectCancellationCommand,
  RejectCancellationHandler,
} from '../orders/reject-cancellation/reject-cancellation.handler';
import {
  CapturePaymentCommand,
  CapturePaymentHandler,
} from '../payments/capture-payment/capture-payment.handler';
import {
  RefundPaymentCommand,
  RefundPaymentHandler,
} from '../payments/refund-payment/refund-payment.handler';
import {
  CancelShipmentCommand,
  CancelShipmentHandler,
} from '../shipments/cancel-shipment/cancel-shipment.handler';
import {
  CreateShipmentCommand,
  CreateShipmentHandler,
} from '../shipments/create-shipment/create-shipment.handler';
import {
  ReleaseInventoryCommand,
  ReleaseInventoryHandler,
} from '../stock/release-inventory/release-inventory.handler';
import {
  ReserveInventoryCommand,
  ReserveInventoryHandler,
} from '../stock/reserve-inventory/reserve-inventory.handler';
import {
  ShipReservedInventoryCommand,
  ShipReservedInventoryHandler,
} from '../stock/ship-reserved-inventory/ship-reserved-inventory.handler';
import type { WriteCommand } from '../write/write-command';
import type { ReceivedCommand } from './received-command';

type UseCase<Data> = readonly [
  command: new (data: Data, context: CommandContext) => WriteCommand<Data>,
  handler: Type<ICommandHandler>,
];

/** For each contract, the command for the command bus and its handler. */
export const processCommands: { readonly [Name in CommandName]: UseCase<CommandData<Name>> } = {
  CapturePayment: [CapturePaymentCommand, CapturePaymentHandler],
  RefundPayment: [RefundPaymentCommand, RefundPaymentHandler],
  PayOrder: [PayOrderCommand, PayOrderHandler],
  CancelOrder: [CancelOrderCommand, CancelOrderHandler],
  MarkOrderShipped: [MarkOrderShippedCommand, MarkOrderShippedHandler],
  MarkOrderDelivered: [MarkOrderDeliveredCommand, MarkOrderDeliveredHandler],
  RejectCancellation: [RejectCancellationCommand, RejectCancellationHandler],
  ReserveInventory: [ReserveInventoryCommand, ReserveInventoryHandler],
  ReleaseInventory: [ReleaseInventoryCommand, ReleaseInventoryHandler],
  ShipReservedInventory: [ShipReservedInventoryCommand, ShipReservedInventoryHandler],
  CreateShipment: [CreateShipmentCommand, CreateShipmentHandler],
  CancelShipment: [CancelShipmentCommand, CancelShipmentHandler],
};

export const processCommandHandlers = Object.values(processCommands).map(([, handler]) => handler);

export function writeCommandOf({ name, data, context }: ReceivedCommand): WriteCommand<unknown> {
  const [Command] = processCommands[name] as UseCase<unknown>;
  return new Command(data, context);
}
