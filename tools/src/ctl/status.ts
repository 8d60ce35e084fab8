import { consumers, services, type Service, type TidemarkInstallation } from './installation';
import { columns, type Report } from './report';

/** Of the log, as somebody works on it. */
interface Partition {
  readonly partition: number;
  readonly owner?: string;
  readonly error?: string;
}

interface RelayPartition extends Partition {
  readonly backlog: number;
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

/** What could be asked, or why it could not. */
type Asked<Value> = Value | { readonly error: string };

/** Everything at a glance. A service that does not answer, work that waits for a person or a partition that can't go on is trouble. */
export async function status(tidemark: TidemarkInstallation): Promise<Report> {
  const [ready, relay, projections, fulfilment, parked, fulfilments] = await Promise.all([
    Promise.all(services.map((service) => asked(() => readiness(tidemark, service)))),
    asked(() => tidemark.get<{ items: RelayPartition[] }>('command-service', '/admin/relay')),
    asked(() => tidemark.get<{ items: Projection[] }>('projection-service', '/admin/projections')),
    asked(() => tidemark.get<{ items: ConsumedPartition[] }>('process-manager', '/admin/partitions')),
    Promise.all(
      Object.values(consumers).map((service) =>
        asked(() => tidemark.list<unknown>(service, '/admin/parked')),
      ),
    ),
    asked(() => tidemark.list<unknown>('process-manager', '/admin/fulfilments?state=PARKED')),
  ]);
  const rows: [string, string, boolean][] = [
    ...services.map((service, index): [string, string, boolean] => {
      const state = ready[index]!;
      const text = typeof state === 'string' ? state : state.error;
      return [service, text, text !== 'ready'];
    }),
    row('relay', relay, ({ items }) => {
      const backlog = items.reduce((sum, partition) => sum + partition.backlog, 0);
      const trouble = troubleOf(items);
      return [`${backlog} to publish${trouble}`, trouble !== ''];
    }),
    ...('error' in projections
      ? [row('projections', projections, () => ['', true])]
      : projections.items.map(({ name, generation, rebuild, partitions }): [string, string, boolean] => {
          const rebuilding = rebuild ? `, rebuild ${rebuild.id}` : '';
          const trouble = troubleOf(partitions);
          const text = `${lagOf(partitions)} behind, generation ${generation}${rebuilding}${trouble}`;
          return [name, text, trouble !== ''];
        })),
    row('fulfilment', fulfilment, ({ items }) => {
      const trouble = troubleOf(items);
      return [`${lagOf(items)} behind${trouble}`, trouble !== ''];
    }),
    ...Object.keys(consumers).map((consumer, index) =>
      row(`parked: ${consumer}`, parked[index]!, (items) => [`${items.length} streams`, items.length > 0]),
    ),
    row('parked: processes', fulfilments, (items) => [`${items.length} fulfilments`, items.length > 0]),
  ];
  return {
    json: {
      services: Object.fromEntries(services.map((service, index) => [service, ready[index]])),
      relay,
      projections,
      fulfilment,
      parked: Object.fromEntries(Object.keys(consumers).map((consumer, index) => [consumer, parked[index]])),
      fulfilments,
    },
    text: columns(rows.map(([what, text, isTrouble]) => [isTrouble ? '!' : ' ', what, text])),
    isTrouble: rows.some(([, , isTrouble]) => isTrouble),
  };
}

function lagOf(partitions: readonly ConsumedPartition[]): number {
  return partitions.reduce((sum, { lag }) => sum + lag, 0);
}

/** What keeps partitions from going on, and which: `; log_diverged (3, 7)`. */
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
