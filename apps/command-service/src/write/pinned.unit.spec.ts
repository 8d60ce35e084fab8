import { accept, refuse } from '@tidemark/kernel';
import { pinned } from './pinned';

const accepted = accept({ type: 'Happened', data: {} });
const refused = refuse('order_not_pending', 'too late');
const hidden = refuse('not_found', 'there is no such order');

describe('pinned', () => {
  it('leaves the decision alone without a pin, and at the pinned version', () => {
    expect(pinned(undefined, () => accepted)({}, 7)).toBe(accepted);
    expect(pinned(7, () => refused)({}, 7)).toBe(refused);
  });

  it('refuses at any other version, whatever the decision was', () => {
    for (const decision of [accepted, refused, accept()]) {
      expect(pinned(6, () => decision)({}, 7)).toMatchObject({
        outcome: 'refused',
        refusal: { code: 'version_mismatch' },
      });
    }
  });

  it('does not reveal the version of an aggregate that the caller may not see', () => {
    expect(pinned(6, () => hidden)({}, 7)).toBe(hidden);
  });

  it('hands state and version to the decision', () => {
    const decide = jest.fn(() => accepted);
    pinned(2, decide)('state', 2);
    expect(decide).toHaveBeenCalledWith('state', 2);
  });
});
