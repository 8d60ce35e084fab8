import { parser } from '@prometheus-io/lezer-promql';
import type { MetricLabels } from './registered-metrics.fixture';

/** The series that Prometheus itself adds for each scrape. */
const ownMetrics = ['up'];

/** The labels that Prometheus adds to every series of a pod, and those that the registry adds. */
const targetLabels = ['namespace', 'pod', 'container', 'endpoint', 'instance', 'job', 'service'];

/**
 * The faults of an expression: its grammar, a metric that no service registers, or a label that none of its metrics
 * has.
 */
export function promqlFaults(expression: string, metrics: MetricLabels): string[] {
  // Grafana puts a duration in its place.
  const query = expression.replaceAll('$__rate_interval', '5m');
  const faults: string[] = [];
  const named: string[] = [];
  const labels: string[] = [];
  parser.parse(query).iterate({
    enter: ({ type, from, to, node }) => {
      const text = query.slice(from, to);
      if (type.isError) {
        faults.push(`${expression}: does not parse at ${from}`);
      } else if (type.name === 'Identifier' && node.parent?.name === 'VectorSelector') {
        named.push(text);
      } else if (type.name === 'LabelName') {
        labels.push(text);
      }
    },
  });
  const unknown = named
    .filter((name) => !metrics.has(name) && !ownMetrics.includes(name))
    .map((name) => `no service registers ${name}`);
  const known = new Set([...targetLabels, ...named.flatMap((name) => metrics.get(name) ?? [])]);
  const foreign = labels.filter((label) => !known.has(label)).map((label) => `no metric in it has ${label}`);
  const nothing = named.length === 0 ? ['it names no metric'] : [];
  return [...faults, ...[...unknown, ...foreign, ...nothing].map((fault) => `${expression}: ${fault}`)];
}
