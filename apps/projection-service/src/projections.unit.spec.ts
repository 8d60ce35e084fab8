import { readModelNames } from '@tidemark/read-models';
import { projections } from './projections';

describe('projections', () => {
  it('keep every published read model, and no other', () => {
    expect(projections.map(({ name }) => name).sort()).toEqual([...readModelNames].sort());
  });
});
