import { consumers, services, type Service, type TidemarkInstallation } from './installation';
import { columns, type Report } from './report';

/** A partition of the log, with its worker. */
interface Partition {
  readonly partition: number;
  readonly owner?: string;
  readonly error?: string;
}

interface RelayPartition extends Partition {
  readonly backlog: number;
}

interface Relay {
  readonly delivery: 'rabbitmq' | 'log';
  readonly items: readonly RelayPartition[];
}

interface ConsumedPartition extends Partition {
  readonly lag: number;
}

interface Projection {
  readonly name: string;
  readonly generation: number;
  readonly rebuild?: { readonly id: string };
  readonly partitions: readonly ConsumedPartition[];
}

/** An answer, or the reason why there is none. */
type Asked<Value> = Value | { readonly error: string };

/**
 * How long an event may wait, and how many events may wait, before an alert of `k8s/components/monitoring/alerts.yaml`
 * fires.
 */
export const tolerated = {
  tidemark_relay_backlog: 10_000,
  tidemark_relay_backlog_age_seconds: 30,
  tidemark_projection_lag_seconds: 30,
  tidemark_process_lag_seconds: 60,
} as const;
type Age = Exclude<keyof typeof tolerated, 'tidemark_relay_backlog'>;

/**
 * Shows everything at a glance. It is trouble if a service does not answer, if work waits for an operator, if a
 * partition is blocked, or if events wait longer than an alert tolerates.
 */
export async function status(tidemark: TidemarkInstallation): Promise<Report> {
  const [ready, relay, projections, fulfilment, parked, fulfilments, ages] = await Promise.all([
    Promise.all(services.map((service) => asked(() => readiness(tidemark, service)))),
    asked(() => tidemark.get<Relay>('command-service', '/admin/relay')),
    asked(() => tidemark.get<{ items: Projection[] }>('projection-service', '/admin/projections')),
    asked(() => tidemark.get<{ items: ConsumedPartition[] }>('process-manager', '/admin/partitions')),
    Promise.all(
      Object.values(consumers).map((service) =>
        asked(() => tidemark.list<unknown>(service, '/admin/parked')),
      ),
    ),
    asked(() => tidemark.list<unknown>('process-manager', '/admin/fulfilments?state=PARKED')),
    agesIn(tidemark),
  ]);
  const waiting = (count: number, metric: Age) => {
    const seconds = count === 0 ? undefined : ages.get(metric);
    const text = seconds === undefined ? '' : `, for ${Math.ceil(seconds)} s`;
    return { text, isTooLong: (seconds ?? 0) > tolerated[metric] };
  };
  const rows: [string, string, boolean][] = [
    ...services.map((service, index): [string, string, boolean] => {
      const state = ready[index]!;
      const text = typeof state === 'string' ? state : state.error;
      return [service, text, text !== 'ready'];
    }),
    row('relay', relay, ({ delivery, items }) => {
      if (delivery === 'log') {
        return ['none, because consumers follow the log', false];
      }
      const backlog = items.reduce((sum, partition) => sum + partition.backlog, 0);
      const trouble = troubleOf(items);
      const { text, isTooLong } = waiting(backlog, 'tidemark_relay_backlog_age_seconds');
      const isTooMuch = isTooLong || backlog > tolerated.tidemark_relay_backlog;
      return [`${backlog} to publish${text}${trouble}`, isTooMuch || trouble !== ''];
    }),
    ...('error' in projections
      ? [row('projections', projections, () => ['', true])]
      : projections.items.map(({ name, generation, rebuild, partitions }): [string, string, boolean] => {
          const rebuilding = rebuild ? `, rebuild ${rebuild.id}` : '';
          const trouble = troubleOf(partitions);
          const lag = lagOf(partitions);
          const { text, isTooLong } = waiting(lag, 'tidemark_projection_lag_seconds');
          return [
            name,
            `${lag} behind, generation ${generation}${text}${rebuilding}${trouble}`,
            isTooLong || trouble !== '',
          ];
        })),
    row('fulfilment', fulfilment, ({ items }) => {
      const trouble = troubleOf(items);
      const lag = lagOf(items);
      const { text, isTooLong } = waiting(lag, 'tidemark_process_lag_seconds');
      return [`${lag} behind${text}${trouble}`, isTooLong || trouble !== ''];
    }),
    ...Object.keys(consumers).map((consumer, index) =>
      row(`parked: ${consumer}`, parked[index]!, (items) => [`${items.length} streams`, items.length > 0]),
    ),
    row('stuck: processes', fulfilments, (items) => [`${items.length} fulfilments`, items.length > 0]),
  ];
  return {
    json: {
      services: Object.fromEntries(services.map((service, index) => [service, ready[index]])),
      relay,
      projections,
      fulfilment,
      parked: Object.fromEntries(Object.keys(consumers).map((consumer, index) => [consumer, parked[index]])),
      fulfilments,
      secondsWaiting: Object.fromEntries(ages),
    },
    text: columns(rows.map(([what, text, isTrouble]) => [isTrouble ? '!' : ' ', what, text])),
    isTrouble: rows.some(([, , isTrouble]) => isTrouble),
  };
}

/**
 * The longest time that an event of any partition has waited, from the services' metrics. A service that does not
 * answer is left out.
 */
async function agesIn(tidemark: TidemarkInstallation): Promise<ReadonlyMap<string, number>> {
  const texts = await Promise.all(
    (['command-service', 'projection-service', 'process-manager'] as const).map((service) =>
      tidemark.metrics(service).catch(() => ''),
    ),
  );
  const ages = new Map<string, number>();
  for (const [, metric, seconds] of texts
    .join('\n')
    .matchAll(/^(tidemark_\w+_seconds)(?:\{.*\})? (\S+)$/gm)) {
    if (metric! in tolerated) {
      ages.set(metric!, Math.max(Number(seconds), ages.get(metric!) ?? 0));
    }
  }
  return ages;
}

function lagOf(partitions: readonly ConsumedPartition[]): number {
  return partitions.reduce((sum, { lag }) => sum + lag, 0);
}

/** The reasons why partitions are blocked, each with its partitions: `; log_diverged (3, 7)`. */
function troubleOf(partitions: readonly Partition[]): string {
  const found = new Map<string, number[]>();
  for (const { partition, owner, error = owner === undefined ? 'no owner' : undefined } of partitions) {
    if (error !== undefined) {
      found.set(error, [...(found.get(error) ?? []), partition]);
    }
  }
  return [...found].map(([trouble, numbers]) => `; ${trouble} (${numbers.join(', ')})`).join('');
}

async function readiness(tidemark: TidemarkInstallation, service: Service): Promise<string> {
  const { status, body } = await tidemark.ask(service, '/health/ready');
  const { details = {} } = body as { details?: Readonly<Record<string, { readonly status: string }>> };
  const missing = Object.keys(details).filter((name) => details[name]!.status !== 'up');
  if (status === 200) {
    return missing.length === 0 ? 'ready' : `ready, without ${missing.join(', ')}`;
  }
  return `not ready: ${missing.join(', ') || 'shutting down'}`;
}

async function asked<Value>(ask: () => Promise<Value>): Promise<Asked<Value>> {
  try {
    return await ask();
  } catch (error) {
    return { error: (error as Error).message };
  }
}

function row<Value extends object>(
  what: string,
  value: Asked<Value>,
  describe: (value: Value) => [text: string, isTrouble: boolean],
): [string, string, boolean] {
  return 'error' in value ? [what, String(value.error), true] : [what, ...describe(value)];
}
