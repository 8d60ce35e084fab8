import { readStoreKinds, type ReadModelName } from '@tidemark/read-models';
import fc from 'fast-check';
import type { Condition } from '../ownership/visible-to';
import { orderDetailsDocument, shipmentDocument } from '../testing/documents.fixture';
import { startReadStore, type TestReadStore } from '../testing/read-store.fixture';
import { LookUps } from './look-ups';

const customers = ['A', 'B', 'C'];
const ids = ['1', '2', '3', '4', '5', '6'];
/** The field that names the customer. */
const owners = { order_details: 'customer.id', shipments: 'customerId' } as const;
const names = Object.keys(owners) as (keyof typeof owners)[];

const someLookUps = fc.array(
  fc
    .record({
      readModel: fc.constantFrom(...names),
      id: fc.constantFrom(...ids, 'unknown'),
      allowed: fc.constantFrom(undefined, [], ...customers.map((customer) => [customer])),
    })
    .map(({ readModel, id, allowed }) => ({
      readModel,
      id,
      condition: (allowed ? { [owners[readModel]]: { in: allowed } } : {}) as Condition,
    })),
  { maxLength: 30 },
);

describe.each(readStoreKinds)('look-ups in %s', (kind) => {
  let bed: TestReadStore;

  beforeAll(async () => {
    bed = await startReadStore(kind);
    const customerOf = (n: number) => customers[n % customers.length]!;
    await bed.put(
      'order_details',
      ids.map((_id, n) =>
        orderDetailsDocument({ _id, customer: { id: customerOf(n), name: '', email: '' } }),
      ),
    );
    await bed.put(
      'shipments',
      ids.map((_id, n) => shipmentDocument({ _id, customerId: customerOf(n) })),
    );
  });
  afterAll(() => bed.stop());

  it('gives every caller the same answer as a separate query', async () => {
    const find = (readModel: ReadModelName, lookUps: Parameters<typeof bed.find>[1]) =>
      bed.find(readModel, lookUps);
    const together = new LookUps(find);
    await fc.assert(
      fc.asyncProperty(someLookUps, async (lookUps) => {
        const found = await Promise.all(lookUps.map((lookUp) => together.load(lookUp)));
        const alone = await Promise.all(
          lookUps.map(async ({ readModel, id, condition }) => {
            const [document] = await bed.find(readModel, [{ ids: [id], where: condition }]);
            return document;
          }),
        );
        expect(found).toEqual(alone);
      }),
    );
  });
});
