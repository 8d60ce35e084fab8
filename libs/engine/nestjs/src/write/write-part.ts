import { AppendNotifier, type EventLog } from '@tidemark/event-store';
import { scopedLogger } from '@tidemark/messaging';
import type { OpenPart } from '../part';

/** Announces what this process appends, so that consumers in any process look for it at once. */
export class WritePart implements OpenPart {
  readonly checks = [];
  private readonly notifier: AppendNotifier;

  constructor({ store, pool }: Pick<EventLog, 'store' | 'pool'>) {
    const logger = scopedLogger('Tidemark');
    this.notifier = new AppendNotifier({
      store,
      pool,
      onError: (err) =>
        logger.warn({ err }, 'could not notify other processes of an append; they find it by polling'),
    });
  }

  start(): void {}

  stop(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.notifier.close();
    return Promise.resolve();
  }
}
