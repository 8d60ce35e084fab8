import type { TidemarkUrls } from '@tidemark/client';
import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { orderOf, paymentBody, type Shop } from './shop.fixture';

export interface LoadOptions {
  readonly urls: TidemarkUrls;
  readonly token: string;
  readonly shop: Shop;
  readonly shoppers: number;
}

export interface Load {
  /** Orders that were placed and paid, according to the answers. */
  readonly paid: readonly string[];
  /** One line for every request that got a wrong answer. */
  readonly failures: readonly string[];
  /** Resolves when every shopper has finished its current purchase. */
  end(): Promise<void>;
}

/** Shoppers that buy without pauses and without retries, each with its own open connections. */
export function startLoad({ urls, token, shop, shoppers }: LoadOptions): Load {
  const paid: string[] = [];
  const failures: string[] = [];
  let ending = false;
  const shopping = Array.from({ length: shoppers }, async () => {
    const browser = new Browser(token);
    while (!ending) {
      await buy(browser, urls, shop).then(
        (orderId) => paid.push(orderId),
        (error: Error) => failures.push(error.message),
      );
    }
    browser.close();
  });
  return {
    paid,
    failures,
    async end() {
      ending = true;
      await Promise.all(shopping);
    },
  };
}

/** Places an order, pays it, and immediately reads the results from every service. */
async function buy(browser: Browser, urls: TidemarkUrls, shop: Shop): Promise<string> {
  const order = orderOf(shop);
  const path = `/v1/orders/${order.orderId}`;
  await browser.expect([201], 'POST', `${urls.commandService}/v1/orders`, {}, order);
  const answer = await browser.expect(
    [202],
    'POST',
    `${urls.commandService}${path}/payment`,
    {},
    paymentBody,
  );
  const { consistencyToken } = JSON.parse(answer) as { consistencyToken: string };
  await browser.expect([200], 'GET', `${urls.queryService}${path}`, {
    'consistency-token': consistencyToken,
  });
  await browser.expect([200], 'GET', `${urls.queryService}/v1/orders?customerId=${shop.customerId}&limit=5`);
  // The fulfilment exists once the process manager has received the payment's event.
  await browser.expect([200, 404], 'GET', `${urls.processManager}/v1/fulfilments/${order.orderId}`);
  return order.orderId;
}

class Browser {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 1 });

  constructor(private readonly token: string) {}

  /** Resolves with the answer's body; rejects on any other status, and when there is no answer. */
  expect(
    statuses: readonly number[],
    method: 'GET' | 'POST',
    url: string,
    headers: Readonly<Record<string, string>> = {},
    body?: object,
  ): Promise<string> {
    return new Promise((resolve, reject) => {
      const fail = (reason: string) => reject(new Error(`${method} ${url}: ${reason}`));
      const sent = request(url, {
        agent: this.agent,
        method,
        headers: {
          ...headers,
          authorization: `Bearer ${this.token}`,
          ...(body && { 'content-type': 'application/json', 'idempotency-key': randomUUID() }),
        },
      });
      sent.on('error', (error: NodeJS.ErrnoException) => fail(error.code ?? error.message));
      sent.on('response', (answer) => {
        const status = answer.statusCode!;
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (chunk: string) => (text += chunk));
        answer.on('error', (error: NodeJS.ErrnoException) => fail(error.code ?? error.message));
        answer.on('end', () => (statuses.includes(status) ? resolve(text) : fail(`${status} ${text}`)));
      });
      sent.end(body && JSON.stringify(body));
    });
  }

  close(): void {
    this.agent.destroy();
  }
}
