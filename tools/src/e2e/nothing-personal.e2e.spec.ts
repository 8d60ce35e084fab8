import { eventually, newAuthKey, serviceNames } from '@tidemark/test-servers';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { startSystem, type RunningSystem } from './running-system.fixture';
import { startSpanCollector, type SpanCollector } from './span-collector.fixture';

/** Each value occurs nowhere else, so a log line with such a value must have it from here. */
const planted = {
  name: 'Quillfeather-Planted',
  email: 'planted-mail@quillfeather.example',
  phone: '+4917055501239',
  line1: '77 Planted Gooseberry Lane',
  city: 'Plantedville',
  postalCode: 'PL4 N7D',
  card: 'tok_planted_8f1c',
  password: 'planted-password-5d2e',
  addressKey: newAuthKey(),
};

let collector: SpanCollector;
let system: RunningSystem;
let bearer: string;

beforeAll(async () => {
  collector = await startSpanCollector();
  const settings = {
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
    OTEL_BSP_SCHEDULE_DELAY: '100',
    LOG_LEVEL: 'debug',
    ADDRESS_KEY: planted.addressKey,
  };
  system = await startSystem(
    Object.fromEntries(serviceNames.map((name) => [name, settings])),
    async (storage) => {
      const databaseUrl = new URL(storage.databaseUrl);
      // A server that asks for no password accepts any.
      databaseUrl.password ||= planted.password;
      planted.password = databaseUrl.password;
      return { ...storage, databaseUrl: databaseUrl.href };
    },
  );
  bearer = await system.installation.token({ role: 'service' });
});
afterAll(async () => {
  await system.end();
  collector.close();
});

/**
 * An order whose payment is declined, requests that are refused, and a database that cuts every connection. Returns the
 * log.
 */
async function makeTrouble(): Promise<void> {
  const { client, database, installation } = system;
  const [customerId, productId, orderId] = [randomUUID(), randomUUID(), randomUUID()];
  const { name, email, phone, line1, city, postalCode, card } = planted;
  const write = (path: string, body: object) => client.post(path, body, randomUUID());
  await write('/v1/customers', { customerId, name, email, phone });
  await write('/v1/products', { productId, name: 'Mug', price: { amount: 100, currency: 'EUR' } });
  await write(`/v1/stock/${productId}/receive`, { quantity: 5 });
  const shippingAddress = { name, line1, city, postalCode, country: 'GB' };
  await write('/v1/orders', { orderId, customerId, items: [{ productId, quantity: 1 }], shippingAddress });
  await write(`/v1/orders/${orderId}/payment`, { method: { type: 'card', token: card } });
  await client.get(`/v1/orders?email=${encodeURIComponent(email)}`);
  await eventually(async () =>
    expect(await client.get(`/v1/orders/${orderId}`)).toMatchObject({ payment: { status: 'FAILED' } }),
  );
  for (const body of [
    { customerId: randomUUID(), name, email: [email], phone },
    { name: { name }, [email]: phone },
  ]) {
    const { status } = await fetch(`${installation.urls['command-service']}/v1/customers`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${bearer}`,
        'content-type': 'application/json',
        'idempotency-key': randomUUID(),
      },
      body: JSON.stringify(body),
    });
    expect(status).toBe(400);
  }
  await database.query(
    'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
  );
  await write(`/v1/stock/${productId}/receive`, { quantity: 1 });
}

describe('the logs, metrics and spans of the services', () => {
  const shown = new Map<string, string>();
  beforeAll(async () => {
    await makeTrouble();
    await eventually(() => expect(new Set(collector.spans.map(({ service }) => service)).size).toBe(4));
    for (const name of serviceNames) {
      const { adminUrls, service } = system.installation;
      shown.set(`the log of ${name}`, readFileSync(service(name).logFile, 'utf8'));
      shown.set(`the metrics of ${name}`, await (await fetch(`${adminUrls[name]}/metrics`)).text());
    }
    shown.set('the spans', JSON.stringify(collector.spans));
  });

  it('are not empty', () => {
    expect([...shown.values()].filter((text) => text.length < 500)).toEqual([]);
    expect(shown.get('the log of command-service')).toContain('request completed');
    expect(shown.get('the spans')).toContain('/v1/customers');
  });

  it.each(Object.entries(planted))('do not contain the %s', (_, value) => {
    const forms = [value, encodeURIComponent(value), Buffer.from(value).toString('base64url')];
    const found = [...shown].filter(([, text]) => forms.some((form) => text.includes(form)));
    expect(found.map(([where]) => where)).toEqual([]);
  });

  it('contain neither a token nor the key that signs tokens', () => {
    const secrets = [system.authKey, bearer, bearer.split('.')[2]!];
    const found = [...shown].filter(([, text]) => secrets.some((secret) => text.includes(secret)));
    expect(found.map(([where]) => where)).toEqual([]);
  });
});
