import {
  commandContracts,
  commandNames,
  type CommandInput,
  type CommandName as ProcessCommand,
} from '@tidemark/contracts';
import { commandPattern } from '@tidemark/messaging';
import { randomUUID } from 'node:crypto';
import { address, price } from '../testing/shop.fixture';
import type { Answer, Replica, Sent } from './replica.fixture';

/** The streams of one run. No other run uses them. */
export interface World {
  readonly customerId: string;
  readonly productId: string;
  readonly otherProductId: string;
  readonly orderId: string;
  /** The id of a payment that was requested while the world was made. */
  readonly paymentId: string;
  /** The command ids of the two sides. */
  readonly mine: string;
  readonly theirs: string;
}

type Send = (world: World, id: string) => Sent;

const post =
  (path: (world: World) => string, body?: (world: World) => object): Send =>
  (world, id) => ({ id, method: 'POST', path: path(world), ...(body && { body: body(world) }) });
const put =
  (path: (world: World) => string, body: (world: World) => object): Send =>
  (world, id) => ({ id, method: 'PUT', path: path(world), body: body(world) });

const order = ({ orderId }: World) => `/v1/orders/${orderId}`;
const product = ({ productId }: World) => `/v1/products/${productId}`;
const stock = ({ productId }: World) => `/v1/stock/${productId}`;
const shipment = ({ orderId }: World) => `/v1/shipments/${orderId}`;
const card = (token: string) => () => ({ method: { type: 'card', token } });

/** Two pieces of 12.99 EUR. */
export const orderTotal = price(2_598);

/** How each request that writes is sent in a world, by method and path. */
const requests = {
  'POST /v1/customers': post(
    () => '/v1/customers',
    ({ customerId }) => ({ customerId, name: 'Ada', email: 'ada@example.com' }),
  ),
  'PUT /v1/customers/:id/contact': put(
    ({ customerId }) => `/v1/customers/${customerId}/contact`,
    () => ({ phone: '+4930123456' }),
  ),
  'POST /v1/products': post(
    () => '/v1/products',
    ({ productId }) => ({ productId, name: 'Lamp', price: price(1_299) }),
  ),
  'PUT /v1/products/:id/price': put(
    (world) => `${product(world)}/price`,
    () => ({ price: price(2_000) }),
  ),
  'PUT /v1/products/:id/details': put(
    (world) => `${product(world)}/details`,
    () => ({ name: 'Desk lamp' }),
  ),
  'POST /v1/products/:id/discontinue': post((world) => `${product(world)}/discontinue`),
  'POST /v1/stock/:productId/receive': post(
    (world) => `${stock(world)}/receive`,
    () => ({ quantity: 5 }),
  ),
  'POST /v1/stock/:productId/adjust': post(
    (world) => `${stock(world)}/adjust`,
    () => ({ quantity: -1, reason: 'count' }),
  ),
  'POST /v1/orders': post(
    () => '/v1/orders',
    ({ customerId, productId, orderId }) => ({
      orderId,
      customerId,
      items: [{ productId, quantity: 2 }],
      shippingAddress: address,
    }),
  ),
  'POST /v1/orders/:id/items': post(
    (world) => `${order(world)}/items`,
    ({ otherProductId }) => ({ productId: otherProductId, quantity: 1 }),
  ),
  'DELETE /v1/orders/:id/items/:productId': (world, id) => ({
    id,
    method: 'DELETE',
    path: `${order(world)}/items/${world.otherProductId}`,
  }),
  'PUT /v1/orders/:id/shipping-address': put(
    (world) => `${order(world)}/shipping-address`,
    () => ({ ...address, city: 'York' }),
  ),
  'POST /v1/orders/:id/payment': post((world) => `${order(world)}/payment`, card('tok_ok')),
  'POST /v1/orders/:id/cancel': post(
    (world) => `${order(world)}/cancel`,
    () => ({ reason: 'no more' }),
  ),
  'POST /v1/shipments/:id/dispatch': post(
    (world) => `${shipment(world)}/dispatch`,
    () => ({ carrier: 'Post', trackingNumber: 'T1' }),
  ),
  'POST /v1/shipments/:id/deliver': post((world) => `${shipment(world)}/deliver`),
} satisfies Record<string, Send>;

/** All fields of all commands of processes. */
type CommandFields = Together<{ [Name in ProcessCommand]: Required<CommandInput<Name>> }[ProcessCommand]>;

type Together<Union> = (Union extends unknown ? (each: Union) => void : never) extends (
  all: infer All,
) => void
  ? All
  : never;

/** The value of each field of the commands of processes in a world, the same in every command that has the field. */
const fieldsIn = (world: World): CommandFields => ({
  orderId: world.orderId,
  customerId: world.customerId,
  productId: world.productId,
  paymentId: world.paymentId,
  shipmentId: world.orderId,
  amount: orderTotal,
  quantity: 2,
  reason: 'no more',
});

const exceptions: { readonly [Name in ProcessCommand]?: Partial<CommandInput<Name>> } = {
  // A part of the payment, so that a second refund would be possible.
  RefundPayment: { amount: price(1_000) },
};

function dataOf(type: ProcessCommand, world: World): object {
  const fields: Readonly<Record<string, unknown>> = { ...fieldsIn(world), ...exceptions[type] };
  const names = Object.keys(commandContracts[type].schema.shape);
  return Object.fromEntries(names.map((name) => [name, fields[name]]));
}

type Pattern = {
  [Name in ProcessCommand]: `${(typeof commandContracts)[Name]['streamType']}.${Name}`;
}[ProcessCommand];

export type CommandName = keyof typeof requests | Pattern;

/** How each command of the service is sent in a world: the requests, and the commands of processes by their pattern. */
export const sends = {
  ...requests,
  ...Object.fromEntries(
    commandNames.map((type): [string, Send] => {
      const pattern = commandPattern({ ...commandContracts[type], type });
      return [pattern, (world, id) => ({ id, pattern, data: dataOf(type, world) })];
    }),
  ),
} as Readonly<Record<CommandName, Send>>;

/**
 * Makes a new world and sends these commands in it, one after the other. `shop`: a customer, and two products in stock.
 */
export async function makeWorld(
  replica: Replica,
  before: readonly ('shop' | CommandName)[],
  token = 'tok_ok',
): Promise<World> {
  let world: World = {
    customerId: `C-${randomUUID()}`,
    productId: `P-${randomUUID()}`,
    otherProductId: `P-${randomUUID()}`,
    orderId: randomUUID(),
    paymentId: randomUUID(),
    mine: randomUUID(),
    theirs: randomUUID(),
  };
  for (const step of before) {
    if (step === 'shop') {
      await makeShop(replica, world);
    } else if (step === 'POST /v1/orders/:id/payment') {
      const path = `${order(world)}/payment`;
      const { id } = await done(replica({ id: randomUUID(), method: 'POST', path, body: card(token)() }));
      world = { ...world, paymentId: id! };
    } else {
      await done(replica(sends[step](world, randomUUID())));
    }
  }
  return world;
}

async function makeShop(replica: Replica, world: World): Promise<void> {
  const stocked = async (productId: string) => {
    for (const step of ['POST /v1/products', 'POST /v1/stock/:productId/receive'] as const) {
      await done(replica(sends[step]({ ...world, productId }, randomUUID())));
    }
  };
  await Promise.all([
    done(replica(sends['POST /v1/customers'](world, randomUUID()))),
    stocked(world.productId),
    stocked(world.otherProductId),
  ]);
}

async function done(answering: Promise<Answer>): Promise<Answer> {
  const answer = await answering;
  if (!answer.isAccepted) {
    throw new Error(`the world could not be made: ${answer.code}`);
  }
  return answer;
}
