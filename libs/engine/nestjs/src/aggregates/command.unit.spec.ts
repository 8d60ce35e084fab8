import { contextOf } from './command';

describe('the identity of a command', () => {
  const repeatable = { actor: 'ada', idempotencyKey: 'k1', request: { amount: 5, to: { b: 1, a: [2, 1] } } };

  it('is new for each command without a key', () => {
    const one = contextOf({ actor: 'ada' }, 'Account-1');
    const other = contextOf({ actor: 'ada' }, 'Account-1');
    expect(one.commandId).not.toBe(other.commandId);
    expect(one).toMatchObject({ actor: 'ada', correlationId: expect.any(String) as string });
  });

  it('stays the same for a repeat, whatever the order of the fields', () => {
    const one = contextOf(repeatable, 'Account-1');
    const repeat = contextOf({ ...repeatable, request: { to: { a: [2, 1], b: 1 }, amount: 5 } }, 'Account-1');
    expect(repeat).toMatchObject({ commandId: one.commandId, commandHash: one.commandHash });
  });

  it('never changes, because the log keeps it for ever', () => {
    const { commandId, commandHash } = contextOf(repeatable, 'Account-1');
    expect({ commandId, commandHash }).toEqual({
      commandId: '842b1887-2d51-5cc0-a9b5-98f26e088913',
      commandHash: '44a0dc7aa34e6ac91dc751bd1088f4ae1f0f82f5c8f8f5d52507c3c262cd0578',
    });
  });

  it.each([
    ['another request', { ...repeatable, request: { amount: 6 } }, 'Account-1'],
    ['another stream', repeatable, 'Account-2'],
    [
      'another order in a list',
      { ...repeatable, request: { amount: 5, to: { b: 1, a: [1, 2] } } },
      'Account-1',
    ],
  ])('shows %s in the hash alone', (_what, command, streamId) => {
    const one = contextOf(repeatable, 'Account-1');
    const other = contextOf(command, streamId);
    expect(other.commandId).toBe(one.commandId);
    expect(other.commandHash).not.toBe(one.commandHash);
  });

  it('differs for another actor with the same key', () => {
    const other = contextOf({ ...repeatable, actor: 'bob' }, 'Account-1');
    expect(other.commandId).not.toBe(contextOf(repeatable, 'Account-1').commandId);
  });

  it('is taken from a context as it is', () => {
    const context = { commandId: 'id', commandHash: 'hash', correlationId: 'c', actor: 'ada' };
    expect(contextOf(context, 'Account-1')).toBe(context);
  });
});
