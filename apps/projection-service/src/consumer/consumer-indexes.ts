import { Inject, Injectable } from '@nestjs/common';
import { MongoParkedStore } from '@tidemark/projections';
import { ensureReadModelIndexes, type ReadStore } from '@tidemark/read-models';
import { READ_STORE } from '../read-store/token';

/** The indexes of everything that this service keeps in MongoDB. */
@Injectable()
export class ConsumerIndexes {
  constructor(
    @Inject(READ_STORE) private readonly readStore: ReadStore,
    private readonly parked: MongoParkedStore,
  ) {}

  /** Creates what is missing. Idempotent, and safe from several processes at once. */
  async ensure(): Promise<void> {
    await ensureReadModelIndexes(this.readStore.db);
    await this.parked.ensureIndexes();
  }
}
