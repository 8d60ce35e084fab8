import type { Db } from 'mongodb';
import { withMongoFaults } from '../mongo-faults';
import { lineOf } from './generation';
import { PartitionMembers } from './partition-members';

/** Nothing is left of the generation, also where there was nothing. Nobody may be feeding it. */
export async function dropGeneration(db: Db, group: string, generation: string): Promise<void> {
  await new PartitionMembers(db, group).remove(generation);
  await new PartitionMembers(db, lineOf(group, generation)).clear();
  await withMongoFaults(async () => {
    const collections = await db.listCollections({}, { nameOnly: true }).toArray();
    if (collections.some(({ name }) => name === generation)) {
      await db.collection(generation).drop();
    }
  });
}
