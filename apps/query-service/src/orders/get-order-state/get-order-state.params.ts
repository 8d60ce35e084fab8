import { QueryNumber } from '@tidemark/platform';
import { IsInstant } from '../../parameters/is-instant';

const MAX_VERSION = 2 ** 31 - 1;

export class GetOrderStateParams {
  @QueryNumber({ optional: true, min: 0, max: MAX_VERSION, description: 'The state at this version' })
  readonly version?: number;

  @IsInstant({
    description: 'The state after the last event at or before this instant. Not together with version',
  })
  readonly at?: Date;
}
