import { serviceNames, type Installation, type ServiceName } from '@tidemark/test-servers';

export interface Probed {
  readonly status: number;
  readonly body: {
    readonly code?: string;
    readonly details?: Readonly<Record<string, { readonly status: string }>>;
  };
  readonly headers: Headers;
  readonly tookMs: number;
}

/** One request, and the time until its answer. */
export async function probe(url: string, init: RequestInit = {}): Promise<Probed> {
  const startedAt = performance.now();
  const answer = await fetch(url, { ...init, signal: AbortSignal.timeout(30_000) });
  const text = await answer.text();
  return {
    status: answer.status,
    body: JSON.parse(text) as Probed['body'],
    headers: answer.headers,
    tookMs: performance.now() - startedAt,
  };
}

/** The answers of all services at `/health/<probe>`. */
export async function health(
  { urls }: Installation,
  name: 'live' | 'ready' | 'startup',
): Promise<Record<ServiceName, number>> {
  const answers = await Promise.all(
    serviceNames.map(async (service) => [service, (await probe(`${urls[service]}/health/${name}`)).status]),
  );
  return Object.fromEntries(answers) as Record<ServiceName, number>;
}
