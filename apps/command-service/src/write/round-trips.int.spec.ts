import { Client } from 'pg';
import { startCommandService, type TestCommandService } from '../testing/command-service.fixture';
import { processesOf } from '../testing/processes.fixture';
import { shopOf } from '../testing/shop.fixture';

let service: TestCommandService;
let shop: ReturnType<typeof shopOf>;
let customerId: string;
let orderId: string;
const clientsOfThisTest = new WeakSet<object>();

beforeAll(async () => {
  service = await startCommandService();
  service.pool.on('acquire', (client) => clientsOfThisTest.add(client));
  shop = shopOf(service);
});
beforeEach(async () => {
  customerId = await shop.customer();
  orderId = await shop.order(customerId, await shop.product());
});
afterAll(() => service.stop());
afterEach(() => jest.restoreAllMocks());

/** The statements of commands, in order, without those of the relay and of this test. */
function statementsOf(query: jest.SpiedFunction<Client['query']>): string[] {
  return query.mock.calls
    .filter((_, call) => !clientsOfThisTest.has(query.mock.contexts[call] as object))
    .map(([statement]) => (statement as unknown as { readonly name?: string }).name ?? '')
    .filter((name) => /^(read-streams|load-snapshots?|find-commands|append-event|append-batch)$/.test(name));
}

it('a first payment takes two statements: one reads its order, one appends', async () => {
  const query = jest.spyOn(Client.prototype, 'query');
  await shop.payment(orderId);
  expect(statementsOf(query)).toEqual(['read-streams', 'append-event']);
});

it("a shipment's cancellation reads order and shipment in one statement", async () => {
  const { answerTo, payFor, shipmentOf } = processesOf(service);
  await payFor(orderId);
  await shipmentOf(orderId, customerId);
  const query = jest.spyOn(Client.prototype, 'query');
  await answerTo('CancelShipment', { orderId, reason: 'no more' });
  expect(statementsOf(query)).toEqual(['read-streams', 'append-event']);
});
