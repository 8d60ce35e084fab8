import { commandOf, type CommandInput, type CommandName } from '@tidemark/contracts';
import type { ProcessCommand } from '@tidemark/process-manager';

/**
 * The step of each command. A step names one command of one order for ever, because the command's id is derived from
 * it. A command that may be sent twice with different meanings needs the difference in its step.
 */
const steps = {
  CapturePayment: ({ paymentId }) => `capture_payment:${paymentId}`,
  RefundPayment: ({ paymentId }, attempt: number) => `refund_payment:${paymentId}:${attempt}`,
  PayOrder: ({ paymentId }) => `pay_order:${paymentId}`,
  CancelOrder: () => 'cancel_order',
  MarkOrderShipped: () => 'mark_order_shipped',
  MarkOrderDelivered: () => 'mark_order_delivered',
  RejectCancellation: (_, requestId: string) => `reject_cancellation:${requestId}`,
  ReserveInventory: ({ productId }) => `reserve_inventory:${productId}`,
  ReleaseInventory: ({ productId }) => `release_inventory:${productId}`,
  ShipReservedInventory: ({ productId }) => `ship_inventory:${productId}`,
  CreateShipment: () => 'create_shipment',
  CancelShipment: () => 'cancel_shipment',
} satisfies { readonly [Name in CommandName]: (data: CommandInput<Name>, occasion: never) => string };

/** Tells two commands with the same data apart; empty for a command that can't have the same data twice. */
type Occasion<Name extends CommandName> =
  Parameters<(typeof steps)[Name]> extends [unknown, infer Apart] ? [occasion: Apart] : [];

/** A command of the fulfilment, by its contract. */
export function ask<Name extends CommandName>(
  name: Name,
  data: CommandInput<Name>,
  ...occasion: Occasion<Name>
): ProcessCommand {
  const stepOf = steps[name] as (data: CommandInput<Name>, ...occasion: Occasion<Name>) => string;
  return { step: stepOf(data, ...occasion), ...commandOf(name, data) };
}
