import { checkoutRoot, serviceNames } from '@tidemark/test-servers';
import type { IScaledObject } from '@kubernetes-models/keda/keda.sh/v1alpha1/ScaledObject';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readAlerts } from './alerts.fixture';
import { objectsIn } from './kustomize.fixture';
import { promqlFaults } from './promql.fixture';
import { registeredMetrics, type MetricLabels } from './registered-metrics.fixture';
import { migrationSettings } from './service-settings';

const read = (path: string) => readFileSync(join(checkoutRoot, 'k8s/components', path), 'utf8');

const alerts = readAlerts();

interface Dashboard {
  readonly panels: readonly { readonly title: string; readonly targets?: readonly { expr: string }[] }[];
}
const dashboard = JSON.parse(read('monitoring/dashboard.json')) as Dashboard;
const panels = dashboard.panels.filter((panel) => panel.targets);

const scaled = objectsIn(read('autoscaling/consumers.yaml')) as unknown as IScaledObject[];

/** The names under which the services, and the library that they are made of, provide checks. */
function readinessChecks(): readonly string[] {
  return ['apps', 'libs/engine/nestjs']
    .flatMap((folder) =>
      readdirSync(join(checkoutRoot, folder), { recursive: true, encoding: 'utf8' })
        .filter((path) => /^(?:[^/]+\/)?src\/.*(?<!\.spec|\.fixture)\.ts$/.test(path))
        .map((path) => readFileSync(join(checkoutRoot, folder, path), 'utf8')),
    )
    .flatMap((source) => [...source.matchAll(/name: '([\w-]+)',\s+(?:neededFor: '\w+',\s+)?check: /g)])
    .map(([, name]) => name!);
}

let metrics: MetricLabels;
beforeAll(async () => {
  metrics = await registeredMetrics();
});

describe('the check of expressions', () => {
  it.each([
    [
      'a metric that no service registers',
      'max(tidemark_relay_backlogs)',
      /no service registers tidemark_relay_backlogs/,
    ],
    ['a label that the metric does not have', 'sum by (shard) (tidemark_relay_backlog)', /has shard/],
    ['a matcher on such a label', 'tidemark_relay_backlog{shard="1"}', /has shard/],
    ['an expression that does not parse', 'sum by (partition (tidemark_relay_backlog)', /does not parse/],
    ['an expression without a metric', 'vector(1)', /names no metric/],
  ])('notices %s', (_, expression, fault) => {
    expect(promqlFaults(expression, metrics)).toContainEqual(expect.stringMatching(fault));
  });

  it('knows the metrics of all services', () => {
    expect(metrics.get('tidemark_append_duration_seconds_bucket')).toEqual(['outcome', 'le']);
    expect([...metrics.keys()].filter((name) => name.startsWith('tidemark_')).length).toBeGreaterThan(25);
  });
});

describe('the alerts', () => {
  it.each(alerts.map(({ alert, expr }) => [alert, expr]))(
    '%s uses metrics and labels that exist',
    (_, expression) => {
      expect(promqlFaults(expression, metrics)).toEqual([]);
    },
  );

  it.each(alerts.map((alert) => [alert.alert, alert] as const))(
    '%s has a severity, a summary and a runbook',
    (_, alert) => {
      const { summary, runbook_url: runbook } = alert.annotations ?? {};

      expect(alert.labels).toEqual({ severity: expect.stringMatching(/^(warning|critical)$/) });
      expect(summary).toEqual(expect.any(String));
      expect(runbook).toMatch(/^docs\/operations\/[\w-]+\.md$/);
      expect(existsSync(join(checkoutRoot, runbook!))).toBe(true);
    },
  );

  it.each(alerts.map(({ alert, expr, annotations }) => [alert, expr, annotations?.summary ?? ''] as const))(
    '%s mentions only labels that its expression keeps',
    (_, expression, summary) => {
      const kept = [...expression.matchAll(/by \(([^)]*)\)/g)].flatMap(([, labels]) => labels!.split(/,\s*/));

      expect([...summary.matchAll(/\$labels\.(\w+)/g)].filter(([, label]) => !kept.includes(label!))).toEqual(
        [],
      );
    },
  );
});

describe('the alerts for the dependencies of services', () => {
  const checks = readinessChecks();
  const exprOf = (name: string) => alerts.find(({ alert }) => alert === name)!.expr;
  const checksIn = (name: string) => /check=~?"([^"]*)"/.exec(exprOf(name))![1]!.split('|');

  it.each([
    ['TidemarkBrokerNotReachable', ['broker']],
    ['TidemarkDatabaseNotReachable', ['event-store', 'process-store']],
    ['TidemarkReadStoreNotReachable', ['read-store']],
  ])('%s names readiness checks that exist', (name, expected) => {
    expect(checksIn(name).toSorted()).toEqual(expected);
    expect(checks).toEqual(expect.arrayContaining(expected));
  });

  it('include every service', () => {
    for (const service of serviceNames) {
      expect(exprOf('TidemarkServiceGone')).toContain(`absent(up{service="${service}"})`);
    }
  });
});

describe('the dashboard', () => {
  it.each(panels.map((panel) => [panel.title, panel.targets!] as const))(
    '%s uses metrics and labels that exist',
    (_, targets) => {
      expect(targets.flatMap(({ expr }) => promqlFaults(expr, metrics))).toEqual([]);
    },
  );
});

describe('the scalers of consumers', () => {
  it.each(scaled.map((object) => [object.metadata!.name!, object.spec] as const))(
    '%s scales with its lag, up to one replica per partition',
    (_, { triggers, maxReplicaCount }) => {
      const [partitions] = Object.values(migrationSettings)
        .flat()
        .filter((setting) => setting.name === 'PARTITIONS');

      expect(triggers.flatMap(({ metadata }) => promqlFaults(metadata['query']!, metrics))).toEqual([]);
      expect(String(maxReplicaCount)).toBe(partitions!.byDefault);
    },
  );

  it.each(scaled.map((object) => [object.metadata!.name!, object.spec] as const))(
    '%s keeps its replicas while the lag is unknown',
    (_, { triggers, fallback }) => {
      expect(fallback).toBeUndefined();
      expect(triggers.map(({ metadata }) => metadata['ignoreNullValues'])).toEqual(
        triggers.map(() => 'false'),
      );
    },
  );
});
