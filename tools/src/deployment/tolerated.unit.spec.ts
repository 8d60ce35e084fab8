import { tolerated } from '@tidemark/cli';
import { readAlerts } from './alerts.fixture';

it.each(Object.entries(tolerated))('has the threshold of the first alert for %s', (metric, threshold) => {
  const thresholds = readAlerts()
    .map(({ expr }) => new RegExp(`[( ]?${metric}\\)+ > (\\d+)$`).exec(expr)?.[1])
    .filter((found) => found !== undefined);

  expect(Math.min(...thresholds.map(Number))).toBe(threshold);
});
