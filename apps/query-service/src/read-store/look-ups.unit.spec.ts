import type { LookUp } from './look-up-query';
import { LookUps } from './look-ups';

/** Look-ups in a store that has every document, and their filters. */
function everything(find: (readModel: string) => Promise<never> | undefined = () => undefined) {
  const asked: unknown[] = [];
  const lookUps = new LookUps((readModel, filter) => {
    asked.push([readModel, filter]);
    const id = filter['_id'] as string | { $in: string[] };
    const ids = typeof id === 'string' ? [id] : id.$in;
    return find(readModel) ?? Promise.resolve(ids.map((_id) => ({ _id })));
  });
  return { lookUps, asked };
}

const mine = { owner: { $in: ['me'] } };
const lookUp = (id: string, condition = {}, readModel: LookUp['readModel'] = 'order_details'): LookUp => ({
  readModel,
  id,
  condition,
});

describe('LookUps', () => {
  it('sends one query for the look-ups of one turn, with each id once', async () => {
    const { lookUps, asked } = everything();
    const found = await Promise.all(['a', 'b', 'a'].map((id) => lookUps.load(lookUp(id, mine))));
    expect(found.map((document) => document?._id)).toEqual(['a', 'b', 'a']);
    expect(asked).toEqual([['order_details', { ...mine, _id: { $in: ['a', 'b'] } }]]);
  });

  it('looks up each document with the condition of its caller', async () => {
    const { lookUps, asked } = everything();
    await Promise.all([lookUps.load(lookUp('a', mine)), lookUps.load(lookUp('b'))]);
    const alternatives = [{ ...mine, _id: 'a' }, { _id: 'b' }];
    expect(asked).toEqual([['order_details', { _id: { $in: ['a', 'b'] }, $or: alternatives }]]);
  });

  it('sends separate queries for one document with two conditions', async () => {
    const { lookUps, asked } = everything();
    await Promise.all([lookUps.load(lookUp('a', mine)), lookUps.load(lookUp('a'))]);
    expect(asked).toEqual([
      ['order_details', { ...mine, _id: 'a' }],
      ['order_details', { _id: 'a' }],
    ]);
  });

  it('caches nothing', async () => {
    const { lookUps, asked } = everything();
    await lookUps.load(lookUp('a'));
    await lookUps.load(lookUp('a'));
    expect(asked).toHaveLength(2);
  });

  it('asks for no more documents than a server returns in one answer', async () => {
    const { lookUps, asked } = everything();
    await Promise.all(Array.from({ length: 101 }, (_, n) => lookUps.load(lookUp(String(n)))));
    expect(asked).toHaveLength(2);
  });

  it('fails only the look-ups whose query failed', async () => {
    const failure = new Error('no shipments today');
    const { lookUps } = everything((readModel) =>
      readModel === 'shipments' ? Promise.reject(failure) : undefined,
    );
    const outcomes = await Promise.allSettled([
      lookUps.load(lookUp('a')),
      lookUps.load(lookUp('b', {}, 'shipments')),
    ]);
    expect(outcomes).toEqual([
      { status: 'fulfilled', value: { _id: 'a' } },
      { status: 'rejected', reason: failure },
    ]);
  });

  it('makes no look-up wait for another query', async () => {
    const { lookUps } = everything((readModel) =>
      readModel === 'shipments' ? new Promise<never>(() => {}) : undefined,
    );
    void lookUps.load(lookUp('b', {}, 'shipments'));
    expect(await lookUps.load(lookUp('a'))).toEqual({ _id: 'a' });
  });

  it('does not let the requested id replace a condition on the id', async () => {
    const { lookUps, asked } = everything();
    expect(await lookUps.load(lookUp('yours', { _id: { $in: ['mine'] } }))).toBeUndefined();
    expect(asked).toEqual([['order_details', { _id: { $in: ['mine'] } }]]);
  });
});
