import { deletePrefix } from '../storage/delete-prefix';
import { testName } from './test-name';
import { testRun } from './test-run';

export interface TestVhost {
  /** The virtual host of this test run; shared with the run's other tests. */
  readonly url: string;
  /** To be put before the name of every exchange and queue. No other test uses it. */
  readonly prefix: string;
  /** Deletes the well-known exchanges and queues of the prefix. A second call does nothing. */
  drop(): Promise<void>;
}

/**
 * A place on the broker of a test's own: the run's virtual host and a prefix. A virtual host for each test would need
 * two calls of `rabbitmqctl`, 0.8 s each; it is made once per run, and whatever `drop` missed goes with it.
 */
export async function createTestVhost(): Promise<TestVhost> {
  const url = testRun().urls.rabbitmq;
  const prefix = testName();
  return { url, prefix, drop: () => deletePrefix(url, prefix) };
}
