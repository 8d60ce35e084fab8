import { hash } from 'node:crypto';

/**
 * The partition of a key: the first four bytes of its SHA-256, big-endian, modulo the number of partitions. Never
 * change this function: if a key moved to another partition, its events would lose their order.
 */
export function partitionOf(partitionKey: string, partitions: number): number {
  return hash('sha256', partitionKey, 'buffer').readUInt32BE(0) % partitions;
}
