import { SharedWork } from './shared-work';

/** Work that runs until the test finishes it, and counts its starts and abandonments. */
function controlled() {
  const seen = { begun: 0, abandoned: 0 };
  let finish = (_: string) => {};
  const work = (abandoned: AbortSignal) => {
    seen.begun += 1;
    abandoned.addEventListener('abort', () => (seen.abandoned += 1));
    return new Promise<string>((resolve) => (finish = resolve));
  };
  return { seen, work, finish: (result: string) => finish(result) };
}

const caller = () => new AbortController();

describe('SharedWork', () => {
  it('runs once for all callers that join while it runs, and again for later callers', async () => {
    const shared = new SharedWork<string>();
    const { seen, work, finish } = controlled();
    const all = ['a', 'a', 'b'].map((key) => shared.join(key, caller().signal, work));
    expect(seen.begun).toBe(2);
    finish('of b');
    expect(await all[2]).toBe('of b');
    const later = shared.join('b', caller().signal, work);
    expect(seen.begun).toBe(3);
    finish('of b, later');
    expect(await later).toBe('of b, later');
  });

  it('is abandoned when the last caller leaves, and starts again for the next caller', async () => {
    const shared = new SharedWork<string>();
    const { seen, work, finish } = controlled();
    const [first, second] = [caller(), caller()];
    void shared.join('a', first.signal, work);
    void shared.join('a', second.signal, work);
    first.abort();
    expect(seen.abandoned).toBe(0);
    second.abort();
    expect(seen).toEqual({ begun: 1, abandoned: 1 });
    const next = shared.join('a', caller().signal, work);
    expect(seen.begun).toBe(2);
    finish('next');
    expect(await next).toBe('next');
  });
});
