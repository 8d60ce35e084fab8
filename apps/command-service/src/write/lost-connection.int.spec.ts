import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { eventually, issueToken } from '@tidemark/test-servers';
import { startCommandService, type TestCommandService } from '../testing/command-service.fixture';
import { shopOf } from '../testing/shop.fixture';

let service: TestCommandService;

beforeAll(async () => {
  service = await startCommandService();
});
afterAll(() => service.stop());

it('a client that hung up before the answer gets the first success when it repeats the request', async () => {
  const shop = shopOf(service);
  const body = shop.orderBody(await shop.customer(), await shop.product());
  const [key, url] = [randomUUID(), await service.listen()];
  const before = await service.eventCount();
  const authorization = `Bearer ${await issueToken(service.authKey, { role: 'service' })}`;

  const sent = request(`${url}/v1/orders`, {
    method: 'POST',
    headers: { authorization, 'idempotency-key': key, 'content-type': 'application/json' },
  });
  sent.on('error', () => undefined);
  await new Promise<void>((flushed) => sent.end(JSON.stringify(body), flushed));
  sent.destroy();
  await eventually(async () => expect(await service.eventCount()).toBe(before + 1));

  const first = await service.request('POST', '/v1/orders', { key, body });
  const second = await service.request('POST', '/v1/orders', { key, body });
  expect(first.status).toBe(201);
  expect(second).toMatchObject({ status: 201, body: first.body });
  expect(await service.eventCount()).toBe(before + 1);
  expect(await service.events(`Order-${first.body.id}`)).toHaveLength(1);
});
