import { EventImporter } from '@tidemark/event-store';
import { EventCodec } from '@tidemark/kernel';
import { basket, commandOf, openEventStore } from '../append/tidemark';
import { batchEvents, type ImportContender } from './import-contender';

/** Opens the importer in the role of the command service. */
export async function openImporter(databaseUrl: string): Promise<ImportContender> {
  const { pool, partitions } = await openEventStore(databaseUrl);
  const codec = new EventCodec(basket.contracts);
  const importer = new EventImporter({ pool, codec, partitions, batchEvents });
  return {
    name: 'import',
    prepare: (history) =>
      Promise.resolve(async () => {
        const appends = history.map((write) => ({
          streamType: basket.streamType,
          aggregateId: write.streamId,
          partitionKey: basket.partitionKeyOf(write.events[0]),
          expectedVersion: 'none' as const,
          events: write.events,
          command: commandOf(write),
        }));
        await importer.importAll(appends);
      }),
    landedSql:
      'SELECT correlation_id AS id, count(*)::integer AS events FROM event_store.events GROUP BY correlation_id',
    close: () => pool.end(),
  };
}
