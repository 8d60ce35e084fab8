import { abilityOf, GenerationPlaces, GenerationRegistry, type ProjectionStore } from '@tidemark/projections';
import { readModels } from '@tidemark/read-models';
import { createTestStorage, type TestStorage } from '@tidemark/test-servers';
import { projections } from '../projections';
import { openReadSide, type TestReadSide } from '../testing/read-side.fixture';

let storage: TestStorage;
let readSide: TestReadSide;

beforeAll(async () => {
  storage = await createTestStorage();
  readSide = await openReadSide(storage);
});
afterAll(async () => {
  await readSide.close();
  await storage.drop();
});

/** The store, and the generations that it is told to make a place for. */
function watched(store: ProjectionStore) {
  const prepared: string[] = [];
  const documents = new Proxy(store.documents, {
    get: (target, name) =>
      name === 'prepare'
        ? (...given: Parameters<typeof target.prepare>) => {
            prepared.push(given[1]);
            return target.prepare(...given);
          }
        : Reflect.get(target, name, target),
  });
  return { prepared, store: { ...store, documents } };
}

describe('the places of the read models', () => {
  it('prepares what this release can fold, and leaves alone what another fills', async () => {
    const { prepared, store } = watched(readSide.store.projections);
    const registry = new GenerationRegistry(store);
    const [raised, ...others] = projections;
    await registry.ensure([{ ...raised!, version: raised!.version - 1 }]);
    const places = { store, registry, projections, readModels: Object.values(readModels) };

    await new GenerationPlaces(places).ensure();

    expect(prepared.sort()).toEqual(others.map((projection) => `${abilityOf(projection)}_g1`).sort());
  });
});
