import type { TidemarkInstallation } from './installation';
import { columns, fields, type Report } from './report';

interface Fulfilment {
  readonly orderId: string;
  readonly state: string;
  readonly step: string;
  readonly lastError?: unknown;
  readonly history: readonly { readonly at: string; readonly event: string; readonly action: string }[];
}

/** Lists stuck fulfilments. */
export async function listStuck(tidemark: TidemarkInstallation): Promise<Report> {
  const items = await tidemark.list<Fulfilment>('process-manager', '/admin/fulfilments?state=PARKED');
  const rows = items.map(({ orderId, step, lastError }) => [orderId, step, JSON.stringify(lastError ?? '')]);
  return {
    json: items,
    text: items.length === 0 ? 'no fulfilment is stuck' : columns([['order', 'step', 'error'], ...rows]),
    isTrouble: items.length > 0,
  };
}

export async function showFulfilment(tidemark: TidemarkInstallation, orderId: string): Promise<Report> {
  return story(await tidemark.get<Fulfilment>('process-manager', `/v1/fulfilments/${orderId}`));
}

/** @param reason stays in the history, with the operator's name; `retry` takes none */
export async function actOnFulfilment(
  tidemark: TidemarkInstallation,
  act: 'retry' | 'skip' | 'force-compensate',
  orderId: string,
  reason?: string,
): Promise<Report> {
  const path = `/admin/fulfilments/${orderId}/${act}`;
  return story(
    await tidemark.post<Fulfilment>('process-manager', path, reason === undefined ? undefined : { reason }),
  );
}

function story({ history, ...facts }: Fulfilment): Report {
  const rows = history.map(({ at, event, action }) => [at, event, action]);
  return {
    json: { ...facts, history },
    text: `${fields(facts)}\n\n${columns([['at', 'event', 'action'], ...rows])}`,
  };
}
