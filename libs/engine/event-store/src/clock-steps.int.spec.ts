import { createTestClock, type TestClock } from '@tidemark/test-servers';
import { randomUUID } from 'node:crypto';
import { CommandExecutor } from './command-executor';
import { collect, command, counter, manyCounted, request } from './contract-suite/counter';
import { openPostgresBed, type PostgresBed } from './postgres-bed.fixture';

const anHour = 3_600_000;

describe.each([
  ['back', -anHour],
  ['forwards', anHour],
])("when the database's clock steps %s", (_way, stepMs) => {
  let bed: PostgresBed;
  let clock: TestClock;

  beforeAll(async () => {
    bed = await openPostgresBed();
    clock = await createTestClock(bed.databaseUrl);
  });
  afterEach(() => bed.expectGaplessLog());
  afterAll(() => bed.close());

  /**
   * Appends three events by the statement for one event and three by the function for many. The clock steps in the
   * middle of each group of three.
   */
  async function appendAcrossTheStep(aggregateId: string, correlationId = randomUUID()) {
    const streamId = `Counter-${aggregateId}`;
    const append = (count: number) =>
      bed.store.append(
        request({
          aggregateId,
          expectedVersion: 'any',
          events: manyCounted(count),
          command: command({ correlationId }),
        }),
      );
    const results = [await append(1), await append(2)];
    await clock.step(stepMs);
    results.push(await append(2), await append(1));
    return { streamId, correlationId, results };
  }

  it('events keep the order of their versions and positions', async () => {
    const { streamId, correlationId, results } = await appendAcrossTheStep(randomUUID());
    const events = await collect(bed.store.readStream(streamId));
    expect(events.map(({ version }) => version)).toEqual([1, 2, 3, 4, 5, 6]);
    const stamps = events.map(({ timestamp }) => Date.parse(timestamp));
    expect(Math.sign(stamps[3]! - stamps[2]!)).toBe(Math.sign(stepMs));

    const { partition, position } = results[0]!;
    expect(await bed.store.readPartition(partition, position, 10)).toEqual(events);
    expect(await collect(bed.store.readCorrelation(correlationId))).toEqual(events);
  });

  it('a command is known as before', async () => {
    const first = request({ events: manyCounted(2) });
    const result = await bed.store.append(first);
    await clock.step(stepMs);
    expect(await bed.store.append(first)).toEqual({ ...result, repeated: true });
    expect(await bed.store.findCommand(first.command.commandId, first.command.commandHash)).toEqual({
      ...result,
      repeated: true,
    });
  });

  it('the state at an instant is the state after the last event that is not later', async () => {
    const aggregateId = randomUUID();
    const { streamId } = await appendAcrossTheStep(aggregateId);
    const executor = new CommandExecutor({ store: bed.store });
    const stamps = (await collect(bed.store.readStream(streamId))).map(
      ({ timestamp }) => new Date(timestamp),
    );
    for (const at of [...stamps, new Date(stamps[0]!.getTime() - 2 * anHour)]) {
      const last = stamps.findLastIndex((stamp) => stamp <= at) + 1;
      const expected = last === 0 ? undefined : expect.objectContaining({ state: last, version: last });
      expect(await executor.loadAt(counter, aggregateId, { at })).toEqual(expected);
    }
  });
});
