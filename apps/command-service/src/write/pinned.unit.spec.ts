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

  it('refuses at any other version, whatever was decided', () => {
    for (const decision of [accepted, refused, accept()]) {
      expect(pinned(6, () => decision)({}, 7)).toMatchObject({
        outcome: 'refused',
        refusal: { code: 'version_mismatch' },
      });
    }
  });

  it('does not tell the version of what does not exist for the caller', () => {
    expect(pinned(6, () => hidden)({}, 7)).toBe(hidden);
  });

  it('hands state and version to the decision', () => {
    const decide = jest.fn(() => accepted);
    pinned(2, decide)('state', 2);
    expect(decide).toHaveBeenCalledWith('state', 2);
  });
});
