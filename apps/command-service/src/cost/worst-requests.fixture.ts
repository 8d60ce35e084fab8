import { randomUUID } from 'node:crypto';

export interface Shopper {
  readonly token: string;
  readonly customerId: string;
  readonly productIds: readonly string[];
}

/** Creates a new request each time, because a repeat with the same key costs less. */
export type MakeRequest = () => Buffer;

const ORDERS = '/v1/orders';
const ORDER_BYTES = 32 * 1024;
const OTHER_BYTES = 8 * 1024;
/** The limit of values in a body, including names. A body with more values is refused unread. */
const MAX_VALUES = 500;
const HEADER_BYTES = 14 * 1024;

const address = {
  ...{ name: 'Ada Byron', line1: '1 Quay', line2: 'Second floor', city: 'Hamburg' },
  ...{ postalCode: '20457', region: 'HH', country: 'DE' },
};
const longAddress = {
  ...{ name: 'ä'.repeat(200), line1: '💥'.repeat(100), line2: 'b'.repeat(200), city: 'é'.repeat(100) },
  ...{ postalCode: '1'.repeat(20), region: 'c'.repeat(100), country: 'GB' },
};

/** An ordinary order: three products, two addresses. */
export function ordinaryOrder(shopper: Shopper): MakeRequest {
  return post(shopper, ORDERS, JSON.stringify(orderOf(shopper, 3)));
}

/** The costliest requests that a customer can send, by name: each way to make a request large, taken to its limit. */
export function worstRequests(shopper: Shopper): ReadonlyMap<string, MakeRequest> {
  const cases = new Map<string, MakeRequest>();
  const order = JSON.stringify(orderOf(shopper, 1));
  for (const [kind, element] of Object.entries(elements(shopper))) {
    const texts = [MAX_VALUES, 100, 10].flatMap((most) => [
      ...[
        `${most} ${kind} as items`,
        order.replace(/"items":\[.*?\]/, () => `"items":[${list(element, most)}]`),
      ],
      ...[`${most} ${kind} in fields`, order.replace('{', () => `{${fields(element, most)},`)],
      ...[`${most} ${kind} in a list`, order.replace('{', () => `{"more":[${list(element, most)}],`)],
      ...[
        `${most} ${kind} in an item`,
        order.replace('"quantity"', () => `${fields(element, most)},"quantity"`),
      ],
      ...[
        `${most} ${kind} in an address`,
        order.replace('"line1"', () => `${fields(element, most)},"line1"`),
      ],
    ]);
    for (let index = 0; index < texts.length; index += 2) {
      cases.set(texts[index]!, post(shopper, ORDERS, texts[index + 1]!));
    }
  }
  for (const [kind, text] of Object.entries(longTexts)) {
    cases.set(
      `${kind} as a value`,
      post(
        shopper,
        ORDERS,
        order.replace('Hamburg', () => fill(text, ORDER_BYTES)),
      ),
    );
    cases.set(
      `${kind} as a name`,
      post(
        shopper,
        ORDERS,
        order.replace('"line1"', () => `"${fill(text, ORDER_BYTES)}"`),
      ),
    );
    cases.set(
      `${kind} as an id`,
      post(
        shopper,
        ORDERS,
        order.replace(shopper.productIds[0]!, () => fill(text, ORDER_BYTES)),
      ),
    );
    cases.set(
      `${kind} as an e-mail address`,
      post(shopper, '/v1/customers', `{"name":"A","email":"${fill(text, OTHER_BYTES)}@x.com"}`),
    );
  }
  for (const count of [10, 20]) {
    const items = Array.from({ length: count }, (_, n) => ({
      productId: shopper.productIds[n % 10],
      quantity: 1,
    }));
    const body = { ...orderOf(shopper, 1), items, shippingAddress: longAddress, billingAddress: longAddress };
    cases.set(`an order of ${count} products`, post(shopper, ORDERS, JSON.stringify(body)));
    const unknown = items.map((item) => ({ ...item, productId: randomUUID() }));
    cases.set(
      `an order of ${count} unknown products`,
      post(shopper, ORDERS, JSON.stringify({ ...body, items: unknown })),
    );
  }
  cases.set(
    'malformed at the end',
    post(shopper, ORDERS, `${order.slice(0, -1)},"a":"${'a'.repeat(30_000)}"`),
  );
  cases.set(
    'not UTF-8 at the end',
    post(shopper, ORDERS, Buffer.concat([Buffer.from(`"${'a'.repeat(30_000)}`), Buffer.from([0xff, 0x22])])),
  );
  cases.set('nothing but brackets', post(shopper, ORDERS, '['.repeat(ORDER_BYTES)));
  cases.set('brackets within the bound', post(shopper, ORDERS, `{"a":${'['.repeat(490)}${']'.repeat(490)}}`));
  cases.set('names over names', post(shopper, ORDERS, nested('n'.repeat(1_900), 15)));
  cases.set('many parameters', post(shopper, `${ORDERS}?${fill('a&', HEADER_BYTES)}`, order));
  cases.set(
    'parameters of many names',
    post(shopper, `${ORDERS}?${Array.from({ length: 1_200 }, (_, n) => `a${n}=%41`).join('&')}`, order),
  );
  cases.set('a long parameter', post(shopper, `${ORDERS}?a=${fill('%41', HEADER_BYTES)}`, order));
  cases.set('a long path', post(shopper, `/v1/orders/${fill('%41', HEADER_BYTES)}/cancel`, '{"reason":"x"}'));
  cases.set('many headers', post(shopper, ORDERS, order, list('A: b', 1_000, '\r\n')));
  cases.set('long headers', post(shopper, ORDERS, order, `User-Agent: ${fill('\u00e4', HEADER_BYTES)}`));
  for (const [path, body] of Object.entries({
    [`${ORDERS}/${randomUUID()}/cancel`]: '{"reason":"x"}',
    [`${ORDERS}/${randomUUID()}/payment`]: '{"method":{"type":"card","token":"tok_ok"}}',
    [`${ORDERS}/${randomUUID()}/items`]: '{"productId":"P","quantity":1}',
  })) {
    const name = path.slice(path.lastIndexOf('/'));
    cases.set(`${name} of an unknown order`, post(shopper, path, body));
    cases.set(
      `${name} with fields`,
      post(
        shopper,
        path,
        body.replace('{', () => `{${fields('1', 200)},`),
      ),
    );
  }
  return cases;
}

function elements({ productIds }: Shopper): Readonly<Record<string, string>> {
  return {
    numbers: '1',
    nulls: 'null',
    'empty texts': '""',
    'unstorable texts': '"\\ud800"',
    'empty objects': '{}',
    'empty lists': '[]',
    'lists of lists': '[[[]]]',
    'small wrong items': '{"productId":"","quantity":0}',
    'wrong items': '{"productId":"","quantity":0,"unitPrice":{"amount":-1,"currency":"X"}}',
    'right items': `{"productId":"${productIds[0]}","quantity":1,"unitPrice":{"amount":1,"currency":"EUR"}}`,
    'wrong addresses': JSON.stringify({
      name: '',
      line1: '',
      line2: '',
      city: '',
      postalCode: '',
      country: '',
    }),
  };
}

const longTexts = {
  blanks: ' ',
  letters: 'a',
  'wide letters': 'ä',
  pictures: '💥',
  escapes: '\\u0041',
  'control characters': '\\u0007',
  dots: 'a.',
  digits: '9',
};

function orderOf({ customerId, productIds }: Shopper, products: number) {
  const items = productIds.slice(0, products).map((productId) => ({ productId, quantity: 2 }));
  return { customerId, items, shippingAddress: address, billingAddress: address, shippingMethod: 'express' };
}

/** The number of elements that fit into a body beside the order's own fields. */
function countOf(element: string, most: number, overhead: number): number {
  const values = overhead + 1 + [...element.matchAll(/[,:[]/g)].length;
  const bytes = Buffer.byteLength(element) + 6 * overhead + 1;
  return Math.max(
    1,
    Math.min(most, Math.floor((MAX_VALUES - 60) / values), Math.floor((ORDER_BYTES - 1_000) / bytes)),
  );
}

function list(element: string, most: number, separator = ','): string {
  return Array<string>(countOf(element, most, 0))
    .fill(element)
    .join(separator);
}

function fields(element: string, most: number): string {
  return Array.from({ length: countOf(element, most, 1) }, (_, n) => `"f${n}":${element}`).join(',');
}

function fill(text: string, bytes: number): string {
  return text.repeat(Math.floor((bytes - 1_000) / Buffer.byteLength(text)));
}

function nested(name: string, depth: number): string {
  return depth === 0 ? `{${fields('null', 25)}}` : `{"${name}":${nested(name, depth - 1)}}`;
}

function post({ token }: Shopper, path: string, body: string | Buffer, header = 'A: a'): MakeRequest {
  const head =
    `POST ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n${header}\r\n` +
    `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n`;
  return () =>
    Buffer.concat([
      Buffer.from(`${head}Idempotency-Key: ${randomUUID()}\r\n\r\n`, 'latin1'),
      Buffer.from(body),
    ]);
}
