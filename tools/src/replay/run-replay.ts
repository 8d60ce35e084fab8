import { setTimeout as delay } from 'node:timers/promises';
import { eachLimited } from '../client/each-limited';
import {
  addProduct,
  loseStock,
  payOrder,
  placeOrder,
  receiveStock,
  registerCustomer,
  shipOrder,
  type Made,
} from '../client/shop-requests';
import type { TidemarkClient } from '../client/tidemark-client';
import { countryCode } from './country-codes';
import type { PlannedOrder, ReplayPlan } from './plan-replay';

export interface ReplayOptions {
  readonly client: TidemarkClient;
  readonly plan: ReplayPlan;
  /** Dispatch and deliver each order once it is ready. */
  readonly ship: boolean;
  /** Requests in flight; 8 by default. */
  readonly concurrency?: number;
  /** The longest time without progress of any order; 120,000 by default. */
  readonly patienceMs?: number;
  /** Called for each finished step. The number of steps is `stepsOf(plan)`. The replay waits for what it returns. */
  readonly onStep?: () => void | Promise<void>;
  /** Called for each record of the plan that already exists with different content. */
  readonly onKept?: (kept: Kept) => void;
}

/** Something that the installation had before, such as a product with another price. The replay leaves it as it is. */
export interface Kept {
  readonly kind: 'customer' | 'product' | 'order';
  readonly id: string;
}

export interface ReplayedOrder {
  readonly orderId: string;
  readonly status: string;
  readonly amount: number;
  readonly asExpected: boolean;
}

interface OrderAnswer {
  readonly status: string;
  readonly totalAmount: { readonly amount: number };
  readonly payment?: { readonly status: string };
  readonly shipping?: { readonly shipmentId?: string };
}

/** One step for each request of the preparation, and one for each order that has ended. */
export function stepsOf(plan: ReplayPlan): number {
  const short = plan.products.filter((product) => product.short);
  return plan.customers.length + 2 * plan.products.length + short.length + 3 * plan.orders.length;
}

/**
 * Sends the plan through the public interface, and waits until every order has reached its final status in the read
 * model. All requests are the same in every run, so a second run changes nothing. What another file or another client
 * has made stays as it is. Orders carry the prices of the file.
 *
 * @throws Error if no order makes progress for `patienceMs`
 */
export async function runReplay(options: ReplayOptions): Promise<ReplayedOrder[]> {
  const { plan, client } = options;
  const each = <Item>(items: readonly Item[], work: (item: Item) => Promise<unknown>): Promise<void> =>
    eachLimited(items, options.concurrency ?? 8, async (item) => {
      await work(item);
      await options.onStep?.();
    });

  const make = async (kind: Kept['kind'], id: string, making: Promise<Made>): Promise<void> => {
    if ((await making) === 'kept') {
      options.onKept?.({ kind, id });
    }
  };

  await each(plan.customers, (id) => make('customer', id, registerCustomer(client, id)));
  await each(plan.products, (product) => make('product', product.sku, addProduct(client, product)));
  const received = new Map<string, string>();
  await each(plan.products, async (product) => {
    const { consistencyToken } = await receiveStock(client, product, plan.run);
    received.set(product.sku, consistencyToken);
  });
  await each(plan.orders, (order) => {
    const placing = placeOrder(client, {
      orderId: order.orderId,
      order,
      city: order.country || 'London',
      country: countryCode(order.country),
      agreedPrices: true,
    });
    return make('order', order.orderId, placing);
  });
  const short = plan.products.filter((product) => product.short);
  await each(short, ({ sku, batch }) =>
    loseStock(client, { sku, key: `${plan.run}-${batch}`, consistencyToken: received.get(sku) }),
  );
  await each(plan.orders, ({ orderId }) => payOrder(client, orderId, 'tok_ok'));
  return awaitEnds(options);
}

/** Follows every order to its final status, and dispatches and delivers it on the way. */
async function awaitEnds(options: ReplayOptions): Promise<ReplayedOrder[]> {
  const { plan, client, concurrency = 8, patienceMs = 120_000 } = options;
  const ended = new Map<string, ReplayedOrder>();
  const sent = new Set<string>();
  let open = plan.orders;
  for (let lastMove = Date.now(); open.length > 0;) {
    const before = ended.size + sent.size;
    await eachLimited(open, concurrency, async (order) => {
      const answer = await client.get<OrderAnswer>(`/v1/orders/${order.orderId}`);
      const end = answer && endOf(order, answer, options.ship);
      if (end) {
        ended.set(order.orderId, end);
        await options.onStep?.();
      } else if (options.ship && answer?.shipping?.shipmentId && !sent.has(order.orderId)) {
        await shipOrder(client, answer.shipping.shipmentId);
        sent.add(order.orderId);
      }
    });
    open = open.filter((order) => !ended.has(order.orderId));
    if (ended.size + sent.size > before) {
      lastMove = Date.now();
    } else if (Date.now() - lastMove > patienceMs) {
      throw new Error(
        `${open.length} orders have made no progress for ${patienceMs / 1_000} s, for example ${open[0]!.orderId}`,
      );
    } else {
      await delay(100);
    }
  }
  return plan.orders.map((order) => ended.get(order.orderId)!);
}

/** `undefined` while the order is still in progress. */
function endOf(order: PlannedOrder, answer: OrderAnswer, ship: boolean): ReplayedOrder | undefined {
  const { status } = answer;
  const waitsForDispatch = status === 'PAID' && answer.shipping?.shipmentId !== undefined;
  const failed = status === 'PENDING' && answer.payment?.status === 'FAILED';
  const over = status === 'DELIVERED' || status === 'CANCELLED' || failed || (!ship && waitsForDispatch);
  if (!over) {
    return undefined;
  }
  const success = ship ? status === 'DELIVERED' : status === 'DELIVERED' || status === 'PAID';
  return {
    orderId: order.orderId,
    status,
    amount: answer.totalAmount.amount,
    asExpected: order.expectedToFail ? status === 'CANCELLED' : success,
  };
}
