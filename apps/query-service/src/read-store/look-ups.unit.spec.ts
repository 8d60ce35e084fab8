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
  it('asks once for what is asked for in one turn, and an id once', async () => {
    const { lookUps, asked } = everything();
    const found = await Promise.all(['a', 'b', 'a'].map((id) => lookUps.load(lookUp(id, mine))));
    expect(found.map((document) => document?._id)).toEqual(['a', 'b', 'a']);
    expect(asked).toEqual([['order_details', { ...mine, _id: { $in: ['a', 'b'] } }]]);
  });

  it('asks for each document under the condition that it was asked for', async () => {
    const { lookUps, asked } = everything();
    await Promise.all([lookUps.load(lookUp('a', mine)), lookUps.load(lookUp('b'))]);
    const alternatives = [{ ...mine, _id: 'a' }, { _id: 'b' }];
    expect(asked).toEqual([['order_details', { _id: { $in: ['a', 'b'] }, $or: alternatives }]]);
  });

  it('asks apart for a document that is asked for under two conditions', async () => {
    const { lookUps, asked } = everything();
    await Promise.all([lookUps.load(lookUp('a', mine)), lookUps.load(lookUp('a'))]);
    expect(asked).toEqual([
      ['order_details', { ...mine, _id: 'a' }],
      ['order_details', { _id: 'a' }],
    ]);
  });

  it('keeps nothing', async () => {
    const { lookUps, asked } = everything();
    await lookUps.load(lookUp('a'));
    await lookUps.load(lookUp('a'));
    expect(asked).toHaveLength(2);
  });

  it('asks for no more than a server gives in one answer', async () => {
    const { lookUps, asked } = everything();
    await Promise.all(Array.from({ length: 101 }, (_, n) => lookUps.load(lookUp(String(n)))));
    expect(asked).toHaveLength(2);
  });

  it('fails for those whose query failed, and for nobody else', async () => {
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

  it('lets nobody wait for a query that they are not in', async () => {
    const { lookUps } = everything((readModel) =>
      readModel === 'shipments' ? new Promise<never>(() => {}) : undefined,
    );
    void lookUps.load(lookUp('b', {}, 'shipments'));
    expect(await lookUps.load(lookUp('a'))).toEqual({ _id: 'a' });
  });

  it('does not let the id that is asked for take the place of a condition on the id', async () => {
    const { lookUps, asked } = everything();
    expect(await lookUps.load(lookUp('yours', { _id: { $in: ['mine'] } }))).toBeUndefined();
    expect(asked).toEqual([['order_details', { _id: { $in: ['mine'] } }]]);
  });
});
