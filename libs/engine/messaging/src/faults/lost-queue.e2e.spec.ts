import type { Channel } from 'amqplib';
import { FaultBed } from './fault-bed.fixture';

let bed: FaultBed;

beforeEach(async () => {
  bed = await FaultBed.create();
});
afterEach(() => bed.dispose());

const losses: readonly [string, (channel: Channel, queue: string) => Promise<unknown>][] = [
  ['purged', (channel, queue) => channel.purgeQueue(queue)],
  ['deleted', (channel, queue) => channel.deleteQueue(queue)],
];

/**
 * The queues fill without consumers and are lost under load. Then consumers return. One of the two groups can't read
 * lost events from the log.
 */
describe('a queue that contains events, under load', () => {
  it.each(losses)(
    'may be %s, because consumers with access to the log read its events from there',
    async (_what, lose) => {
      const unguarded = { without: 'healing' } as const;
      const before = [bed.consumer('guarded'), bed.consumer('unguarded', unguarded)];
      await Promise.all(['guarded', 'unguarded'].map((group) => bed.untilConsumed(group)));
      bed.relay('relay');
      await bed.writer.append(10);
      await Promise.all(['guarded', 'unguarded'].map((group) => bed.untilAllApplied(group)));
      await Promise.all(before.map((consumer) => consumer.stop()));

      const stopAppending = bed.writer.appendAllTheTime();
      await Promise.all(['guarded', 'unguarded'].map((group) => bed.untilQueued(group)));
      await Promise.all(['guarded', 'unguarded'].map((group) => bed.onQueues(group, lose)));
      bed.consumer('guarded');
      bed.consumer('unguarded', unguarded);
      await Promise.all(['guarded', 'unguarded'].map((group) => bed.untilConsumed(group)));
      await bed.onQueues('guarded', lose);
      await stopAppending();

      await bed.untilAllPublished();
      await bed.untilAllApplied('guarded');
      await bed.stopReplicas();
      expect(await bed.faultsOf('guarded')).toEqual([]);
      expect(await bed.lostBy('unguarded')).not.toEqual([]);
    },
  );
});
