import type { IPrometheusRule } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule';
import { checkoutRoot } from '@tidemark/test-servers';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { objectsIn } from './kustomize.fixture';

export interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** The alert rules of an installation's Prometheus. */
export function readAlerts(): readonly Alert[] {
  const file = join(checkoutRoot, 'k8s/components/monitoring/alerts.yaml');
  const [rules] = objectsIn(readFileSync(file, 'utf8')) as unknown as IPrometheusRule[];
  return rules!.spec
    .groups!.flatMap((group) => group.rules!)
    .map((rule) => ({ ...rule, alert: rule.alert!, expr: String(rule.expr) }));
}
