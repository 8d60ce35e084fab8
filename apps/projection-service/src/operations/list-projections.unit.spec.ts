import type { ConsumerGroup, ConsumerPartitionStatus } from '@tidemark/messaging';
import type { GenerationFeeds, GenerationRegistry, ReadModelState } from '@tidemark/projections';
import { ListProjectionsController } from './list-projections.controller';

it('reads the position of a read model before the head of the log, so that no position is beyond the head', async () => {
  let head = 7;
  const states: readonly ReadModelState[] = [
    { name: 'order_list', live: { version: 1, generation: 1 }, retired: [] },
  ];
  const registry = { ensure: () => Promise.resolve(states) } as unknown as GenerationRegistry;
  // Before the second read, an event arrives and is folded.
  const feeds = { positionsOf: () => Promise.resolve(new Map([[0, head]])) } as unknown as GenerationFeeds;
  const status = async (): Promise<ConsumerPartitionStatus[]> => {
    const partition = { partition: 0, checkpoint: { position: head }, head, lag: 0, parked: 0, epoch: 1 };
    head += 1;
    return Promise.resolve([partition]);
  };
  const consumers = { status } as unknown as ConsumerGroup;
  const controller = new ListProjectionsController(consumers, registry, feeds);
  expect((await controller.list()).items).toMatchObject([
    { partitions: [{ checkpoint: 7, head: 7, lag: 0 }] },
  ]);
});
