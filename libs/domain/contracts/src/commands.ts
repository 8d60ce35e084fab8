import { priceSchema, productIdSchema, quantitySchema } from '@tidemark/catalogue';
import { customerIdSchema } from '@tidemark/customers';
import { streamIdOf } from '@tidemark/kernel';
import { orderIdSchema } from '@tidemark/ordering';
import { paymentIdSchema } from '@tidemark/payments';
import { shipmentIdSchema } from '@tidemark/shipping';
import { z } from 'zod';
import type { StreamType } from './aggregates';
import { identifier, reason, uuid } from './command-fields';

export interface CommandContract<Shape extends z.ZodRawShape = z.ZodRawShape> {
  /** The aggregate that decides. */
  readonly streamType: StreamType;
  /** The field that holds the aggregate's id. */
  readonly idField: keyof Shape & string;
  /** Drops unknown fields, so that a sender may be of a newer release than the receiver. */
  readonly schema: z.ZodObject<Shape>;
}

const orderId = uuid(orderIdSchema);
const paymentId = uuid(paymentIdSchema);
const reservation = { productId: identifier(productIdSchema), orderId };

/**
 * The commands that processes send to aggregates, by name. Sender, receiver and simulation take name, stream type and
 * fields from here. A new field must be optional as long as commands without it may be in a queue.
 */
export const commandContracts = {
  CapturePayment: contract('Payment', 'orderId', { orderId, paymentId }),
  RefundPayment: contract('Payment', 'orderId', { orderId, paymentId, amount: priceSchema, reason }),

  PayOrder: contract('Order', 'orderId', { orderId, paymentId, amount: priceSchema }),
  CancelOrder: contract('Order', 'orderId', { orderId, reason }),
  MarkOrderShipped: contract('Order', 'orderId', { orderId, shipmentId: uuid(shipmentIdSchema) }),
  MarkOrderDelivered: contract('Order', 'orderId', { orderId }),
  RejectCancellation: contract('Order', 'orderId', { orderId, reason }),

  ReserveInventory: contract('StockItem', 'productId', { ...reservation, quantity: quantitySchema }),
  ReleaseInventory: contract('StockItem', 'productId', reservation),
  ShipReservedInventory: contract('StockItem', 'productId', reservation),

  CreateShipment: contract('Shipment', 'orderId', { orderId, customerId: identifier(customerIdSchema) }),
  CancelShipment: contract('Shipment', 'orderId', { orderId, reason }),
};

type Contracts = typeof commandContracts;

export type CommandName = keyof Contracts;

/** The fields as a sender writes them. */
export type CommandInput<Name extends CommandName> = Readonly<z.input<Contracts[Name]['schema']>>;

/** The fields as a receiver gets them after the check. */
export type CommandData<Name extends CommandName> = Readonly<z.output<Contracts[Name]['schema']>>;

export const commandNames = Object.keys(commandContracts) as readonly CommandName[];

export function isCommandName(text: string): text is CommandName {
  return Object.hasOwn(commandContracts, text);
}

/** The part of a command's message that its contract determines. */
export function commandOf<Name extends CommandName>(type: Name, data: CommandInput<Name>) {
  return { streamType: commandContracts[type].streamType, type, data };
}

/** The stream that a command is for, according to its unchecked data. */
export function streamOfCommand(command: { readonly type: string; readonly data: unknown }) {
  if (!isCommandName(command.type) || typeof command.data !== 'object' || command.data === null) {
    return undefined;
  }
  const { streamType, idField } = commandContracts[command.type];
  const id = (command.data as Readonly<Record<string, unknown>>)[idField];
  return typeof id === 'string' ? streamIdOf(streamType, id) : undefined;
}

function contract<Type extends StreamType, Shape extends z.ZodRawShape>(
  streamType: Type,
  idField: keyof Shape & string,
  shape: Shape,
) {
  return { streamType, idField, schema: z.object(shape) } satisfies CommandContract<Shape>;
}
