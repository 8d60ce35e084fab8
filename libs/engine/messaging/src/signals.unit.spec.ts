import { getEventListeners } from 'node:events';
import { eitherOf, unlessAborted } from './signals';

describe('eitherOf', () => {
  it.each([0, 1])('aborts with signal %i, with its reason', (which) => {
    const controllers = [new AbortController(), new AbortController()];
    const { either } = eitherOf(controllers[0]!.signal, controllers[1]!.signal);
    controllers[which]!.abort('enough');
    expect(either.reason).toBe('enough');
  });

  it('aborts at once if one signal has aborted', () => {
    expect(eitherOf(new AbortController().signal, AbortSignal.abort('before')).either.reason).toBe('before');
  });

  it('leaves nothing behind when it is released', () => {
    const [first, second] = [new AbortController(), new AbortController()];
    const { either, release } = eitherOf(first.signal, second.signal);
    release();
    first.abort();
    expect(either.aborted).toBe(false);
    expect(getEventListeners(second.signal, 'abort')).toEqual([]);
  });
});

describe('unlessAborted', () => {
  it('waits for the work, or until the signal aborts', async () => {
    const controller = new AbortController();
    expect(await unlessAborted(Promise.resolve('done'), controller.signal)).toBe('done');
    const waiting = unlessAborted(new Promise(() => {}), controller.signal);
    controller.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  });
});
