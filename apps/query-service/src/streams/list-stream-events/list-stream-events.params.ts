import { PageQueryDto, QueryNumber } from '@tidemark/platform';

/** The largest version that Postgres can store. */
export const MAX_VERSION = 2 ** 31 - 1;

export class ListStreamEventsParams extends PageQueryDto {
  @QueryNumber({ min: 1, max: MAX_VERSION, default: 1, description: 'Inclusive' })
  readonly fromVersion: number = 1;
}
