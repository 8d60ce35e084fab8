import { expect, type TestRunner } from '@tidemark/kernel/testing';
import { randomUUID } from 'node:crypto';
import { collect, command, manyCounted, request } from './counter';
import type { EventStoreBed } from './event-store-bed';

/** Part of the contract: reading events without their data, and the heads of the log. */
export function readsHeaders(bed: () => EventStoreBed, { it }: TestRunner): void {
  it('reads the headers of several streams of a partition, in order and in pages', async () => {
    const [first, second, other] = [randomUUID(), randomUUID(), randomUUID()];
    const append = (aggregateId: string, events: number, actor: string) =>
      bed().store.append({
        ...request({ aggregateId, expectedVersion: 'any', events: manyCounted(events) }),
        command: { ...command(), actor },
      });
    await append(first, 1_000, 'ada');
    await append(second, 2, 'bob');
    await append(other, 1, 'eve');
    await append(first, 1_000, 'ada');
    await append(second, 1, 'process:p');
    const streamIds = [first, second].map((aggregateId) => `Counter-${aggregateId}`);

    const headers = await bed().store.readHeaders(streamIds);
    const events = await Promise.all(streamIds.map((streamId) => collect(bed().store.readStream(streamId))));
    const expected = events
      .flat()
      .sort((a, b) => a.position - b.position)
      .map(({ streamId, version, position, type, timestamp, metadata: { actor } }) => {
        return { streamId, version, position, type, timestamp, actor };
      });
    expect(headers).toHaveLength(2_003);
    expect(headers).toEqual(expected);
    const types = ['Counted', 'Other'];
    expect(await bed().store.readHeaders(streamIds, types)).toEqual(expected);
    expect(await bed().store.readHeaders(streamIds, ['Other'])).toEqual([]);
    expect(await bed().store.readHeaders([`Counter-${randomUUID()}`])).toEqual([]);
  });

  it('reports the heads that are committed at the time of the call', async () => {
    const { partition, position } = await bed().store.append(request({ aggregateId: randomUUID() }));
    expect((await bed().store.committedHeads())?.get(partition)).toBe(position);
    expect(await bed().store.committedHeads()).toEqual(await bed().store.heads());
  });

  it('knows the head of a stream', async () => {
    const aggregateId = randomUUID();
    const streamId = `Counter-${aggregateId}`;
    expect([await bed().store.streamExists(streamId), await bed().store.getStreamVersion(streamId)]).toEqual([
      false,
      0,
    ]);
    await bed().store.append(request({ aggregateId, events: manyCounted(2) }));
    const last = await bed().store.append(request({ aggregateId, expectedVersion: 2 }));
    expect([await bed().store.streamExists(streamId), await bed().store.getStreamVersion(streamId)]).toEqual([
      true,
      3,
    ]);
    const timestamps = (await collect(bed().store.readStream(streamId))).map((event) => event.timestamp);
    const { firstAt, lastAt, ...head } = (await bed().store.streamHead(streamId))!;
    expect(head).toEqual({
      streamType: 'Counter',
      version: 3,
      partition: last.partition,
      position: last.position,
    });
    expect([firstAt.toISOString(), lastAt.toISOString()]).toEqual([timestamps[0], timestamps[2]]);
    expect(await bed().store.streamHead(`Counter-${randomUUID()}`)).toBeUndefined();
  });

  it('gives the custom metadata of a command to each of its events', async () => {
    const aggregateId = randomUUID();
    const custom = { tenant: 'north', tags: ['a', 'b'], nested: { attempt: 2 } };
    const appended = request({ aggregateId, events: manyCounted(2), command: command({ custom }) });
    await bed().store.append(appended);
    const other = { ...appended, command: { ...appended.command, custom: { tenant: 'south' } } };
    expect(await bed().store.append(other)).toMatchObject({ repeated: true });
    const events = await collect(bed().store.readStream(`Counter-${aggregateId}`));
    expect(events.map(({ metadata }) => metadata)).toEqual([
      { actor: 'tester', custom },
      { actor: 'tester', custom },
    ]);
  });
}
