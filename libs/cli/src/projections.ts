import { eventuallyDone } from './eventually-done';
import type { TidemarkInstallation } from './installation';
import { columns, fields, type Report } from './report';

interface Rebuild {
  readonly id: string;
  readonly projection: string;
  readonly state: string;
  readonly eventsDone: number;
  readonly eventsTotal: number;
  readonly eventsPerSecond?: number;
  readonly secondsLeft?: number;
  readonly error?: string;
}

interface Verification {
  readonly checked: number;
  readonly drifted: number;
  readonly [fact: string]: unknown;
}

interface Projection {
  readonly name: string;
  readonly version: number;
  readonly generation: number;
  readonly previousGeneration?: number;
  readonly state: string;
  readonly partitions: readonly { readonly lag: number }[];
}

export async function listProjections(tidemark: TidemarkInstallation): Promise<Report> {
  const { items } = await tidemark.get<{ items: Projection[] }>('projection-service', '/admin/projections');
  const rows = items.map(({ name, state, version, generation, previousGeneration, partitions }) => [
    name,
    state,
    partitions.reduce((sum, { lag }) => sum + lag, 0),
    version,
    generation,
    previousGeneration ?? '-',
  ]);
  return {
    json: items,
    text: columns([['projection', 'state', 'lag', 'version', 'generation', 'previous'], ...rows]),
  };
}

/** Requests a rebuild. With `wait`, resolves when the rebuild has ended. */
export async function rebuild(
  tidemark: TidemarkInstallation,
  name: string,
  { wait, progress }: { readonly wait: boolean; readonly progress: (line: string) => void },
): Promise<Report> {
  const asked = await tidemark.post<Rebuild>('projection-service', `/admin/projections/${name}/rebuild`);
  if (!wait) {
    return {
      json: asked,
      text: `rebuild ${asked.id} is running; to follow it: ctl projections progress ${asked.id}`,
    };
  }
  const ended = await eventuallyDone(async () => {
    const now = await tidemark.get<Rebuild>('projection-service', `/admin/rebuilds/${asked.id}`);
    progress(`${now.state} ${now.eventsDone} of ${now.eventsTotal}`);
    return ['DONE', 'FAILED'].includes(now.state) ? now : undefined;
  });
  return { json: ended, text: fields(ended), isTrouble: ended.state === 'FAILED' };
}

export async function showProgress(tidemark: TidemarkInstallation, id: string): Promise<Report> {
  const found = await tidemark.get<Rebuild>('projection-service', `/admin/rebuilds/${id}`);
  return { json: found, text: fields(found), isTrouble: found.state === 'FAILED' };
}

export async function rollBack(tidemark: TidemarkInstallation, name: string): Promise<Report> {
  const answer = await tidemark.post<object>('projection-service', `/admin/projections/${name}/rollback`);
  return { json: answer, text: fields(answer) };
}

/** Drift is trouble even if it was repaired, because its cause must be found. */
export async function verify(tidemark: TidemarkInstallation, name: string, heal: boolean): Promise<Report> {
  const path = `/admin/projections/${name}/verify${heal ? '?heal=true' : ''}`;
  const found = await tidemark.post<Verification>('projection-service', path);
  return { json: found, text: fields(found), isTrouble: found.drifted > 0 };
}
