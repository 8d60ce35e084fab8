import type { PartitionFence } from '../partition-fence';
import type { PartitionMembers } from './partition-members';

/** For who does not care which generations come and go. */
export function fenceOf(members: PartitionMembers): PartitionFence {
  return {
    confirm: async (lease, at) => members.fenceFor(await members.held(lease)).confirm(lease, at),
    advance: async (lease, from, to) => members.fenceFor(await members.held(lease)).advance(lease, from, to),
  };
}
