import { RequestRefusedError, type Problem } from '@tidemark/client';

export const services = [
  'command-service',
  'query-service',
  'projection-service',
  'process-manager',
] as const;
export type Service = (typeof services)[number];

/** The consumers that can have parked streams, by their names on the command line. */
export const consumers = { projections: 'projection-service', fulfilment: 'process-manager' } as const;
export type Consumer = keyof typeof consumers;

const answerWithinMs = 15_000;

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** The four services of an installation, as an operator reaches them. */
export class TidemarkInstallation {
  constructor(
    private readonly urls: Readonly<Record<'public' | 'admin', Readonly<Record<Service, string>>>>,
    private readonly token: string,
  ) {}

  /** Returns any answer. @throws Error if there is none */
  async ask(service: Service, path: string, init: RequestInit = {}): Promise<Answer> {
    const base = path.startsWith('/admin/') ? this.urls.admin[service] : this.urls.public[service];
    try {
      const response = await fetch(`${base}${path}`, {
        ...init,
        headers: { ...init.headers, authorization: `Bearer ${this.token}` },
        signal: AbortSignal.timeout(answerWithinMs),
      });
      return { status: response.status, body: await response.json() };
    } catch (cause) {
      throw new Error(`${service} does not answer at ${base}`, { cause });
    }
  }

  /** The metrics that Prometheus scrapes. @throws Error if there is no answer */
  async metrics(service: Service): Promise<string> {
    const answer = await fetch(`${this.urls.admin[service]}/metrics`, {
      signal: AbortSignal.timeout(answerWithinMs),
    });
    return answer.text();
  }

  /** @throws RequestRefusedError for every answer except a success */
  async get<Body>(service: Service, path: string): Promise<Body> {
    return successOf(`GET ${path}`, await this.ask(service, path)) as Body;
  }

  /** @throws RequestRefusedError for every answer except a success */
  async post<Body>(service: Service, path: string, body?: object): Promise<Body> {
    const content = body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    return successOf(`POST ${path}`, await this.ask(service, path, { method: 'POST', ...content })) as Body;
  }

  /** All pages of a list. */
  async list<Item>(service: Service, path: string): Promise<Item[]> {
    const items: Item[] = [];
    for (let cursor: string | undefined; ;) {
      const separator = path.includes('?') ? '&' : '?';
      const query = `${separator}limit=100${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`;
      const page = await this.get<{ items: Item[]; nextCursor?: string }>(service, `${path}${query}`);
      items.push(...page.items);
      cursor = page.nextCursor;
      if (cursor === undefined) {
        return items;
      }
    }
  }
}

function successOf(request: string, { status, body }: Answer): unknown {
  if (status >= 400) {
    throw new RequestRefusedError(request, status, body as Problem);
  }
  return body;
}
