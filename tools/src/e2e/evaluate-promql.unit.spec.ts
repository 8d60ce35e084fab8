import { readAlerts } from '../deployment/alerts.fixture';
import { comparedIn, evaluatePromql } from './evaluate-promql.fixture';
import type { Sample, Scrape } from './scrape.fixture';

const at = (seconds: number, samples: Readonly<Record<string, readonly Sample[]>>): Scrape => ({
  atMs: seconds * 1_000,
  samples: new Map(Object.entries(samples)),
});
const sample = (value: number, labels: Sample['labels'] = {}): Sample => ({ labels, value });

const scrapes = [
  at(0, { total: [sample(10, { code: 'a' }), sample(1, { code: 'b' })] }),
  at(10, {
    total: [sample(30, { code: 'a' }), sample(1, { code: 'b' }), sample(5, { code: 'c' })],
    lag: [
      sample(1, { pod: 'x', partition: '0' }),
      sample(2, { pod: 'y', partition: '0' }),
      sample(4, { partition: '1' }),
    ],
  }),
];

it.each<[string, readonly Sample[]]>([
  ['sum(max by (partition) (lag))', [sample(6)]],
  ['max by (partition) (lag) > 2', [sample(4, { partition: '1' })]],
  ['max(lag) > 4', []],
  ['max(lag) < 5', [sample(4)]],
  ['sum(rate(total[2m]))', [sample(2)]],
  ['sum by (code) (increase(total{code=~"a|c"}[1h])) > 0', [sample(20, { code: 'a' })]],
  ['rate(total{code="c"}[2m])', []],
  ['sum(rate(total{code!="a"}[2m])) / sum(rate(total[2m]))', [sample(0)]],
  ['absent(lag) or absent(nothing)', [sample(1)]],
  ['absent(lag{pod="z", partition=~"0|1"})', [sample(1, { pod: 'z' })]],
  ['avg(lag) < 3', [sample(7 / 3)]],
  ['sum by (partition) (lag) == 4', [sample(4, { partition: '1' })]],
  ['sum(nothing) > 0', []],
])('evaluates %s', (query, result) => {
  expect(evaluatePromql(query, scrapes)).toEqual(result);
});

it.each(['stddev(lag)', 'lag <= 1', 'delta(lag[2m])', 'lag unless lag'])(
  'refuses %s, which it does not support',
  (query) => {
    expect(() => evaluatePromql(query, scrapes)).toThrow(/cannot evaluate/);
  },
);

it('supports all expressions of our alerts except quantiles', () => {
  const quiet = readAlerts().filter(({ expr }) => !expr.startsWith('histogram_quantile'));
  expect(quiet.length).toBeGreaterThan(15);
  for (const { expr } of quiet) {
    const absences = [...expr.matchAll(/absent\(\w+(?:{service="(.*?)"})?/g)].map(([, service]) =>
      sample(1, service === undefined ? {} : { service }),
    );
    // Series with the same labels count once.
    expect(evaluatePromql(expr, [])).toEqual(expr.startsWith('absent') ? absences.slice(0, 1) : absences);
  }
});

it('finds the left side of a comparison', () => {
  expect(comparedIn('max(lag) > 30')).toBe('max(lag)');
  expect(() => comparedIn('absent(lag)')).toThrow(/compares nothing/);
});
