import { PostgresEventStore, type EventLog, type EventLogOptions } from '@tidemark/event-store';
import { scopedLogger } from '@tidemark/messaging';
import type { InlineWork } from '@tidemark/postgres';
import { InlineProjections, type ModelProjection } from '@tidemark/projections';

/** Projections whose documents are written with the events. The store needs them before they can be opened. */
export class InlineWriter {
  private inline: InlineProjections | undefined;

  constructor(private readonly projections: readonly ModelProjection[]) {}

  readonly createStore: NonNullable<EventLogOptions['createStore']> = (options) =>
    new PostgresEventStore({ ...options, inline: this.follow });

  /** Makes the tables, and folds what the documents lack. Appends fail with `inline_not_prepared` before. */
  async prepare({ pool, store, codec }: EventLog): Promise<void> {
    const logger = scopedLogger('projections');
    const { projections } = this;
    this.inline ??= new InlineProjections({
      pool,
      projections,
      readModels: projections.map(({ readModel }) => readModel),
      log: store,
      codec,
      onBehind: (projection, partition, err) =>
        logger.error(
          { err, projection, partition },
          'an inline projection is behind: it could not fold an event',
        ),
    });
    await this.inline.prepare();
    await this.inline.fill();
  }

  private readonly follow: InlineWork = async (transaction) => this.inline!.follow(transaction);
}
