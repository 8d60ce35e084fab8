import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { loseStock, payOrder, placeOrder, shipOrder } from '../client/shop-requests';
import type { TidemarkClient } from '../client/tidemark-client';
import type { PlannedOrder } from '../replay/plan-replay';
import type { Story } from './stories';

interface TimelineEntry {
  readonly event: string;
  readonly timestamp: string;
  readonly description: string;
  readonly actor: string;
}

interface OrderDetails {
  readonly orderNumber: string;
  readonly status: string;
  readonly payment?: { readonly status: string };
  readonly shipping?: { readonly shipmentId?: string };
  readonly timeline: readonly TimelineEntry[];
}

export interface TellStoryOptions {
  readonly client: TidemarkClient;
  readonly story: Story;
  /** The plan of the order: its items and its customer. Every run creates a new order for them. */
  readonly order: PlannedOrder;
  readonly print: (line: string) => void;
  /** 60,000 by default. */
  readonly timeoutMs?: number;
}

/**
 * Places the order, plays the story, and prints the order's timeline as it grows.
 *
 * @returns whether the order ended as expected
 */
export async function tellStory(options: TellStoryOptions): Promise<boolean> {
  const { client, story, order, print, timeoutMs = 60_000 } = options;
  const orderId = randomUUID();
  print(`\n${story.title}\n  order ${orderId}`);
  await placeOrder(client, { orderId, order, city: 'London', country: 'GB', agreedPrices: false });
  if (story.losesStock) {
    await loseStock(client, { sku: order.items[0]!.sku, key: orderId });
  }
  await payOrder(client, orderId, story.cardToken);

  let printed = 0;
  for (const giveUpAt = Date.now() + timeoutMs; Date.now() < giveUpAt; await delay(100)) {
    const details = await client.get<OrderDetails>(`/v1/orders/${orderId}`);
    if (!details) {
      continue;
    }
    details.timeline.slice(printed).forEach((entry) => print(timelineLine(entry)));
    printed = details.timeline.length;
    if (details.status === story.end.order && details.payment?.status === story.end.payment) {
      print(`  = ${details.orderNumber}: ${details.status}, payment ${details.payment.status}`);
      return true;
    }
    if (details.shipping?.shipmentId && details.status === 'PAID') {
      await shipOrder(client, details.shipping.shipmentId);
    }
  }
  print(`  ! not ${story.end.order} within ${timeoutMs / 1_000} s`);
  return false;
}

function timelineLine({ timestamp, event, description, actor }: TimelineEntry): string {
  return `  ${timestamp.slice(11, 23)}  ${event.padEnd(28)} ${description}  (${actor})`;
}
