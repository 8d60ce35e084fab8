import type { Db } from 'mongodb';
import { MongoGroupStore } from '../mongo-group-store';
import { lineOf } from './generation';
import { isFedByOwner, PartitionMembers } from './partition-members';

/** Whether the next event of every partition will get into the generation, by the partition's owner or by a line. */
export async function isFed(
  { db, group }: { readonly db: Db; readonly group: string },
  generation: string,
): Promise<boolean> {
  const [memberships, line] = await Promise.all([
    new PartitionMembers(db, group).all(),
    new MongoGroupStore(db, lineOf(group, generation)).partitions(),
  ]);
  const onTheLine = new Set(line.flatMap(({ partition, owner }) => (owner === undefined ? [] : [partition])));
  return [...memberships.values()].every(
    (membership) => isFedByOwner(membership, generation) || onTheLine.has(membership.partition),
  );
}
