import type { EventStore } from '@tidemark/event-store';
import { LogHeads } from './log-heads';

type Heads = ReadonlyMap<number, number> | undefined;

/** A log that answers when the test lets it. */
function slowLog() {
  const questions: ((heads: Heads | Error) => void)[] = [];
  const store = {
    committedHeads: () =>
      new Promise<Heads>((resolve, reject) => {
        questions.push((answer) => (answer instanceof Error ? reject(answer) : resolve(answer)));
      }),
  };
  return { questions, heads: new LogHeads(store as unknown as EventStore) };
}

/** Waits until all resolved promises have had their effects. */
const settled = () => new Promise((resolve) => setImmediate(resolve));
const at = (position: number) => [{ partition: 1, position }];

describe('LogHeads', () => {
  it('finds the positions beyond the log, and queries again only for positions beyond the last answer', async () => {
    const { questions, heads } = slowLog();
    const [within, beyond] = [heads.isAnyBeyond(at(7)), heads.isAnyBeyond(at(8))];
    await settled();
    questions[0]!(new Map([[1, 7]]));
    expect([await within, await beyond]).toEqual([false, true]);

    expect(await heads.isAnyBeyond(at(6))).toBe(false);
    expect(questions).toHaveLength(1);
  });

  it('never uses the answer to a query that was sent before the write', async () => {
    const { questions, heads } = slowLog();
    const early = heads.isAnyBeyond(at(8));
    await settled();
    // Position 8 is written now, but the running query may have been answered before.
    const [late, later] = [heads.isAnyBeyond(at(8)), heads.isAnyBeyond(at(8))];
    questions[0]!(new Map([[1, 7]]));
    expect(await early).toBe(true);
    await settled();
    expect(questions).toHaveLength(2);
    questions[1]!(new Map([[1, 8]]));
    expect([await late, await later]).toEqual([false, false]);
  });

  it("accepts every position if a replica of the database can't know it", async () => {
    const { questions, heads } = slowLog();
    const beyond = heads.isAnyBeyond(at(8));
    await settled();
    questions[0]!(undefined);
    expect(await beyond).toBe(false);
  });

  it('queries again after a failed query', async () => {
    const { questions, heads } = slowLog();
    const failed = heads.isAnyBeyond(at(8));
    await settled();
    questions[0]!(new Error('away'));
    await expect(failed).rejects.toThrow('away');

    const asked = heads.isAnyBeyond(at(8));
    await settled();
    questions[1]!(new Map([[1, 8]]));
    expect(await asked).toBe(false);
  });
});
