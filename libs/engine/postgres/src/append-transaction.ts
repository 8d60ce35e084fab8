import type { EventEnvelope } from '@tidemark/kernel';
import type { ClientBase } from 'pg';

/** Consecutive positions of a partition, both inclusive. */
export interface PositionSpan {
  readonly partition: number;
  readonly first: number;
  readonly last: number;
}

/** An append's transaction after it has written its events. It holds the heads of their partitions. */
export interface AppendTransaction {
  readonly client: ClientBase;
  /** Where its own events are: one span for each partition. */
  readonly written: readonly PositionSpan[];
  /**
   * The events of these spans, its own included, lifted to their current versions. In the order of the spans and of
   * their positions.
   */
  read(spans: readonly PositionSpan[]): Promise<readonly EventEnvelope[]>;
}

/**
 * Work in the transaction of an append, before it is committed. If it rejects, the append fails with its error and
 * nothing is written.
 *
 * Appends that arrive together share a transaction. If it fails then, each append is tried again in a transaction of
 * its own, so that no append fails because of another. Work must therefore have no effects outside the transaction.
 */
export type InlineWork = (transaction: AppendTransaction) => Promise<void>;
