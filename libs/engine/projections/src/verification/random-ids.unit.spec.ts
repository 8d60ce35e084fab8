import type { EventEnvelope } from '@tidemark/kernel';
import { cards, logOf, marked, opened, weatherChanged } from '../board.fixture';
import type { MatchQuery } from '../document-store';
import { randomIds } from './random-ids';

/** Ids that people choose, not random ones. */
const names = Array.from({ length: 40 }, (_, n) => `SKU-${String(n).padStart(2, '0')}`);

/** The ids that many small samples hit. */
async function hit(stored: readonly string[], log: readonly EventEnvelope[]): Promise<ReadonlySet<string>> {
  const match = async (_: string, { afterId = '', limit }: MatchQuery) =>
    stored
      .filter((id) => id > afterId)
      .slice(0, limit)
      .map((_id) => ({ _id, partition: 0, position: 1 }));
  const ids = new Set<string>();
  for (let sample = 0; sample < 1_000; sample += 1) {
    const found = await randomIds({
      documents: { match },
      log: { readPartition: async (_, from, limit) => log.slice(from - 1, from - 1 + limit) },
      codec: { decode: ({ type, data }) => ({ type, data }) },
      projection: cards,
      partition: 0,
      upTo: log.length,
      size: 4,
    });
    expect(found.size).toBeLessThanOrEqual(4);
    found.forEach((id) => ids.add(id));
  }
  return ids;
}

describe('randomIds', () => {
  const log = logOf(names.flatMap((name) => [opened(name, 'Ada'), marked(name, 'Ada', 1)]));

  it('hits stored documents anywhere, even documents that the log does not make', async () => {
    const strays = names.map((name) => `${name}-stray`);
    const stored = [...names, ...strays].sort();
    expect([...(await hit(stored, log))].sort()).toEqual(stored);
  });

  it('hits documents that the log makes and that are not stored', async () => {
    expect([...(await hit([], log))].sort()).toEqual(names);
  });

  it('hits stored documents if the log makes none', async () => {
    expect((await hit(names, logOf([weatherChanged]))).size).toBeGreaterThan(0);
  });
});
