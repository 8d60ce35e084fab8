import { readModelNames } from '@tidemark/read-models';
import { projections } from './projections';

describe('projections', () => {
  it('fill every published read model, and no other', () => {
    expect(projections.map(({ name }) => name).sort()).toEqual([...readModelNames].sort());
  });
});
