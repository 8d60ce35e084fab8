import { sqlState } from '@tidemark/postgres';
import {
  inlineGenerationOf,
  type ModelProjection,
  type ReadModel,
  type ReadModelQueries,
} from '@tidemark/projections';
import { parseConsistencyToken } from '../consistency-token';
import { ReadModelMissingError } from '../errors';
import type { OpenLog } from '../log/open-log';
import type { ReadOptions, ReadPart } from './read-part';

const UNDEFINED_TABLE = '42P01';

/** All reads of an application: from read models that follow the log, and from those that are written with it. */
export class Reads {
  private readonly generations: ReadonlyMap<string, string>;

  /** @param queries of the documents that are written with the events */
  constructor(
    private readonly log: Pick<OpenLog, 'partitions'>,
    inline: readonly ModelProjection[],
    private readonly queries: ReadModelQueries,
    private readonly followed: ReadPart | undefined,
  ) {
    this.generations = new Map(inline.map((projection) => [projection.name, inlineGenerationOf(projection)]));
  }

  /**
   * Waits for the token, unless the documents are written with the events, and reads one generation.
   *
   * @throws what `ReadPart.read` throws
   */
  async read<Result>(
    readModel: ReadModel,
    options: ReadOptions,
    work: (queries: ReadModelQueries, generation: string) => Promise<Result>,
  ): Promise<Result> {
    const inline = this.generations.get(readModel.name);
    if (inline !== undefined) {
      parseConsistencyToken(options.token ?? '', this.log.partitions);
      return this.readInline(readModel, () => work(this.queries, inline));
    }
    if (!this.followed) {
      throw new ReadModelMissingError(readModel.name);
    }
    return this.followed.read(readModel, options, work);
  }

  private async readInline<Result>({ name }: ReadModel, work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      throw sqlState(error) === UNDEFINED_TABLE
        ? new ReadModelMissingError(name, 'write', { cause: error })
        : error;
    }
  }
}
