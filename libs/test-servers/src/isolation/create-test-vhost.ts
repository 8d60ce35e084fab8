import { deletePrefix } from '../storage/delete-prefix';
import { testName } from './test-name';
import { testServer } from './test-run';

export interface TestVhost {
  /** The virtual host of this test run; shared with the run's other tests. */
  readonly url: string;
  /** The prefix for every exchange and queue. No other test uses it. */
  readonly prefix: string;
  /** Deletes the well-known exchanges and queues of the prefix. A second call does nothing. */
  drop(): Promise<void>;
}

/**
 * A separate place on the broker for a test: the run's virtual host and a prefix. A virtual host for each test would
 * need two calls of `rabbitmqctl`, 0.8 s each. The run's virtual host is deleted at its end, with everything that
 * `drop` missed.
 *
 * @throws MissingServerError if this run has no broker
 */
export async function createTestVhost(): Promise<TestVhost> {
  const url = testServer('rabbitmq');
  const prefix = testName();
  return { url, prefix, drop: () => deletePrefix(url, prefix) };
}
