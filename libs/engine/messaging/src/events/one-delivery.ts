import { pause } from '../backoff';
import { MixedDeliveryError } from '../errors';
import type { GroupPartition, GroupStore } from '../leases/group-store';
import type { DeliveryKind } from './delivery';

/**
 * The name by which the group's store knows the owner of a lease. It shows the owner's delivery to the other replicas.
 * Delivery through the broker adds nothing to the name, because earlier releases had no other delivery.
 */
export function ownerName(replica: string, kind: DeliveryKind): string {
  return kind === 'rabbitmq' ? replica : `${replica}@${kind}`;
}

/** Another owner in the group whose delivery differs from that of `owner`; `undefined` if there is none. */
export function otherDelivery(partitions: readonly GroupPartition[], owner: string): string | undefined {
  const owners = partitions.map((partition) => partition.owner);
  return owners.find((other) => other !== undefined && deliveryOf(other) !== deliveryOf(owner));
}

export interface SameDeliveryOptions {
  readonly store: GroupStore;
  readonly group: string;
  /** See `ownerName`. */
  readonly owner: string;
  readonly leaseMs: number;
  readonly signal: AbortSignal;
}

/**
 * Waits as long as the lease of a replica that has ended may last.
 *
 * @throws MixedDeliveryError when the group's partitions still have owners with another delivery then
 */
export async function requireSameDelivery(options: SameDeliveryOptions): Promise<void> {
  const { store, group, owner, leaseMs, signal } = options;
  for (const deadline = performance.now() + leaseMs; !signal.aborted; await pause(leaseMs / 10, signal)) {
    const other = otherDelivery(await store.partitions(), owner);
    if (other === undefined) {
      return;
    }
    if (performance.now() >= deadline) {
      throw new MixedDeliveryError(group, other, deliveryOf(other), deliveryOf(owner));
    }
  }
}

function deliveryOf(owner: string): DeliveryKind {
  return owner.endsWith('@log') ? 'log' : 'rabbitmq';
}
