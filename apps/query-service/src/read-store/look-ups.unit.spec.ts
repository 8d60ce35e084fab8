import type { LookUp } from './look-up-query';
import { LookUps } from './look-ups';

/** Look-ups in a store that has every document, and what it was asked for. */
function everything(find: (readModel: string) => Promise<never> | undefined = () => undefined) {
  const asked: unknown[] = [];
  const lookUps = new LookUps((readModel, alternatives) => {
    asked.push([readModel, alternatives]);
    const ids = alternatives.flatMap((alternative) => alternative.ids);
    return find(readModel) ?? Promise.resolve(ids.map((_id) => ({ _id })));
  });
  return { lookUps, asked };
}

const mine = { owner: { in: ['me'] } };
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
    expect(asked).toEqual([['order_details', [{ ids: ['a', 'b'], where: mine }]]]);
  });

  it('looks up each document with the condition of its caller', async () => {
    const { lookUps, asked } = everything();
    await Promise.all([lookUps.load(lookUp('a', mine)), lookUps.load(lookUp('b'))]);
    const alternatives = [
      { ids: ['a'], where: mine },
      { ids: ['b'], where: {} },
    ];
    expect(asked).toEqual([['order_details', alternatives]]);
  });

  it('sends separate queries for one document with two conditions', async () => {
    const { lookUps, asked } = everything();
    await Promise.all([lookUps.load(lookUp('a', mine)), lookUps.load(lookUp('a'))]);
    expect(asked).toEqual([
      ['order_details', [{ ids: ['a'], where: mine }]],
      ['order_details', [{ ids: ['a'], where: {} }]],
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
});
