import { wayNames, type BackingService, type WayName } from './infrastructure';

/** The environment's restrictions, for `npm start`, tests and tools alike. */
export interface Restrictions {
  /** `TIDEMARK_SERVER_WAYS`: the only ways that are tried, separated by commas. */
  readonly TIDEMARK_SERVER_WAYS?: string | undefined;
  /**
   * `small`: neither RabbitMQ nor MongoDB is looked for, and only their URLs in the environment count. `full`: tests
   * and `npm start` need both.
   */
  readonly TIDEMARK_SETUP?: string | undefined;
}

/**
 * Whether the environment permits a way to a service.
 *
 * @throws RangeError for a name that no way or set-up has
 */
export function permittedWays(environment: Restrictions): (service: BackingService, way: WayName) => boolean {
  const { TIDEMARK_SERVER_WAYS: list, TIDEMARK_SETUP: setUp } = environment;
  const ways = list ? list.split(',').map((name) => name.trim()) : wayNames;
  const unknown = ways.find((name) => !(wayNames as readonly string[]).includes(name));
  if (unknown !== undefined) {
    throw new RangeError(`TIDEMARK_SERVER_WAYS: ${unknown} is none of ${wayNames.join(', ')}`);
  }
  if (setUp && setUp !== 'small' && setUp !== 'full') {
    throw new RangeError(`TIDEMARK_SETUP: expected small or full, not ${setUp}`);
  }
  return (service, way) =>
    (ways as readonly string[]).includes(way) &&
    (setUp !== 'small' || service === 'postgres' || way === 'env');
}
