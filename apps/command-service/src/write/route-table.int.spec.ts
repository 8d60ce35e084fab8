import { randomUUID } from 'node:crypto';
import { issueToken, type Role } from '@tidemark/test-servers';
import { startCommandService, type TestCommandService } from '../testing/command-service.fixture';
import type { Method, TestRequest } from '../testing/requests.fixture';
import { writesIn } from '../testing/routes.fixture';
import { writeRoutesOf } from '../testing/write-routes/write-routes.fixture';
import type { WriteRequest, WriteRoutes } from '../testing/write-routes/write-route.fixture';

let service: TestCommandService;
let table: WriteRoutes;
let registered: readonly string[];

beforeAll(async () => {
  service = await startCommandService();
  table = writeRoutesOf(service);
  registered = writesIn(service.routes).map(({ method, url }) => `${method} ${url}`);
});
afterAll(() => service.stop());

const newCustomer = () => `C-${randomUUID()}`;

/** Sends the request, and checks that a refused request left no event in the log. */
async function send(route: string, { path, body }: WriteRequest, more: TestRequest = {}) {
  const before = await service.eventCount();
  const answer = await service.request(route.split(' ')[0] as Method, path, {
    ...(body && { body }),
    ...more,
  });
  if (answer.status >= 300) {
    expect(await service.eventCount()).toBe(before);
  }
  return { status: answer.status, code: answer.body.code as string | undefined };
}

/** Checks every route that the service registered, and names the route in a failure. */
async function forEachRoute(check: (route: string) => Promise<unknown>): Promise<void> {
  const found: Record<string, unknown> = {};
  for (const route of registered) {
    found[route] = await check(route);
  }
  expect(found).toEqual(Object.fromEntries(registered.map((route) => [route, 'as expected'])));
}

function compare(actual: unknown, expected: unknown): unknown {
  return JSON.stringify(actual) === JSON.stringify(expected) ? 'as expected' : { actual, expected };
}

test('the table has every write route of the service, and no other route', () => {
  expect([...registered].sort()).toEqual(Object.keys(table).sort());
});

describe('who may write', () => {
  test.each<Role>(['customer', 'operator', 'service', 'admin'])(
    'role %s may call the routes that the table allows, on its own objects',
    (role) =>
      forEachRoute(async (route) => {
        const { roles, status, valid } = table[route]!;
        const customer = newCustomer();
        const sender = { role, ...(role === 'customer' && { customer }) };
        const answer = await send(route, await valid(customer), sender);
        return role === 'admin' || roles.includes(role)
          ? compare(answer.status, status)
          : compare(answer, { status: 403, code: 'forbidden' });
      }),
  );

  test.each([
    ['another customer', () => ({ customer: newCustomer() })],
    ['a customer without an id', () => ({ role: 'customer' as const })],
  ])('%s gets 404 for an object of another customer, at any version', (_, sender) =>
    forEachRoute(async (route) => {
      const { roles, valid } = table[route]!;
      const expected = roles.includes('customer')
        ? { status: 404, code: 'not_found' }
        : { status: 403, code: 'forbidden' };
      const request = await valid(newCustomer());
      const answers = [
        await send(route, request, sender()),
        await send(route, request, { ...sender(), headers: { 'if-match': '"1"' } }),
        await send(route, request, { ...sender(), headers: { 'if-match': '"99"' } }),
      ];
      return compare(answers, [expected, expected, expected]);
    }),
  );

  test('an unknown role gets 403, and a caller without a token gets 401', () =>
    forEachRoute(async (route) => {
      const request = await table[route]!.valid(newCustomer());
      const visitor = await issueToken(service.authKey, { role: 'visitor' as Role });
      const answers = [
        await send(route, request, { token: visitor }),
        await send(route, request, { token: null }),
      ];
      return compare(answers, [
        { status: 403, code: 'forbidden' },
        { status: 401, code: 'unauthenticated' },
      ]);
    }));

  test('the operations are only for administrators', async () => {
    const operations = service.routes.filter(({ url }) => url.startsWith('/admin'));
    expect(operations.length).toBeGreaterThan(0);
    for (const { method, url } of operations) {
      for (const role of ['customer', 'operator', 'service'] as const) {
        expect({ url, ...(await send(method, { path: url }, { role })) }).toMatchObject({ url, status: 403 });
      }
    }
  });
});

/**
 * Each request has several faults and must be answered for the first one in the required order. The test removes one
 * fault at a time, from 401 down to the route's own rules.
 */
describe('the order of checks', () => {
  const tooLarge = { body: `{${'x'.repeat(101 * 1024)}` };
  const text = { body: 'x', headers: { 'content-type': 'text/plain' } };
  const malformed = { body: '{' };

  test('is 401, 403, 413, 415 and 400 before anything is looked up', () =>
    forEachRoute(async (route) => {
      const path = (table[route]!.missing ?? (await table[route]!.valid(newCustomer()))).path;
      const nobody = { token: await issueToken(service.authKey, { role: 'visitor' as Role }) };
      const at = (request: TestRequest) => send(route, { path }, { key: null, ...request });
      return compare(
        [
          await at({ ...tooLarge, token: null }),
          await at({ ...text, token: null }),
          await at({ ...malformed, token: null }),
          await at({ ...tooLarge, ...nobody }),
          await at({ ...text, ...nobody }),
          await at({ ...malformed, ...nobody }),
          await at(tooLarge),
          await at(text),
          await at(malformed),
          await at({ body: { 'no such field': 1 }, key: randomUUID() }),
        ].map(({ status }) => status),
        [401, 401, 401, 403, 403, 403, 413, 415, 400, 400],
      );
    }));

  test('continues with 404, then 412, then the refusals of the domain', () =>
    forEachRoute(async (route) => {
      const { missing, refused, status, valid } = table[route]!;
      const customer = newCustomer();
      const pin = { headers: { 'if-match': '"99"' } };
      const last = refused ? await refused.request(customer) : await valid(customer);
      return compare(
        [
          ...(missing ? [await send(route, missing, pin), await send(route, missing)] : []),
          ...(missing ? [(await send(route, last, pin)).status] : []),
          refused ? await send(route, last) : (await send(route, last)).status,
        ],
        [
          ...(missing ? Array<object>(2).fill({ status: 404, code: 'not_found' }) : []),
          ...(missing ? [412] : []),
          refused ? { status: refused.status, code: refused.code } : status,
        ],
      );
    }));
});
