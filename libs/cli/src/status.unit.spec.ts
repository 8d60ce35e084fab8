import type { TidemarkInstallation } from './installation';
import { status } from './status';

const answers: Readonly<Record<string, unknown>> = {
  '/admin/relay': { delivery: 'rabbitmq', items: [{ partition: 0, owner: 'a', backlog: 3 }] },
  '/admin/projections': {
    items: [{ name: 'order_list', generation: 1, partitions: [{ partition: 0, owner: 'a', lag: 5 }] }],
  },
  '/admin/partitions': { items: [{ partition: 0, owner: 'a', lag: 0 }] },
};

/** Services that are ready, with a few events on their way. */
const installation = (metrics: string, other: Readonly<Record<string, unknown>> = {}) =>
  ({
    ask: async () => ({ status: 200, body: {} }),
    get: async (_: string, path: string) => ({ ...answers, ...other })[path],
    list: async () => [],
    metrics: async () => metrics,
  }) as unknown as TidemarkInstallation;

it('shows how long events have waited', async () => {
  const { text, isTrouble } = await status(
    installation(
      'tidemark_relay_backlog_age_seconds{partition="0"} 1.2\ntidemark_projection_lag_seconds{partition="0"} 7',
    ),
  );

  expect(text).toMatch(/^ +relay +3 to publish, for 2 s$/m);
  expect(text).toMatch(/^ +order_list +5 behind, generation 1, for 7 s$/m);
  expect(text).toMatch(/^ +fulfilment +0 behind$/m);
  expect(isTrouble).toBe(false);
});

it('shows that there is no relay if consumers follow the log', async () => {
  const { text, isTrouble } = await status(
    installation('', { '/admin/relay': { delivery: 'log', items: [] } }),
  );
  expect(text).toMatch(/^ +relay +none, because consumers follow the log$/m);
  expect(isTrouble).toBe(false);
});

it('marks a projection whose events have waited longer than an alert tolerates', async () => {
  const { text, isTrouble } = await status(
    installation(
      'tidemark_projection_lag_seconds{partition="0"} 7\ntidemark_projection_lag_seconds{partition="1"} 31',
    ),
  );

  expect(text).toMatch(/^! +order_list +5 behind, generation 1, for 31 s$/m);
  expect(text).toMatch(/^ +relay +3 to publish$/m);
  expect(isTrouble).toBe(true);
});
