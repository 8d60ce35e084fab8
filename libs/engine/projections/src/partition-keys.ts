import type { DomainEvent } from '@tidemark/kernel';

/**
 * The partition keys of a log. Each kind of key has the events of the streams that it partitions, and the ids that
 * belong to one such key. The documents of a projection have such ids, so that one partition feeds each document.
 */
export type PartitionKeys = Readonly<Record<string, { readonly event: DomainEvent; readonly id: string }>>;

export type EventOf<Keys extends PartitionKeys> = Keys[keyof Keys]['event'];
