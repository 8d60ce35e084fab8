import { setTimeout as delay } from 'node:timers/promises';

export interface TidemarkUrls {
  readonly commandService: string;
  readonly queryService: string;
  readonly processManager: string;
}

export interface WriteResult {
  readonly id: string;
  readonly version: number;
  readonly consistencyToken: string;
}

/** An answer that is neither a success nor worth a retry. */
export class RequestRefusedError extends Error {
  constructor(
    readonly request: string,
    readonly status: number,
    readonly code: string,
    detail: string,
  ) {
    super(`${request}: ${status} ${code} ${detail}`.trim());
  }
}

export interface TidemarkClientOptions {
  readonly urls: TidemarkUrls;
  readonly token: string;
  /** How long the client retries when a service is unreachable or overloaded; 60,000 by default. */
  readonly patienceMs?: number;
}

/**
 * The statuses that are worth a retry: the service is unavailable, overloaded or behind, or another write interfered.
 */
const transient = (status: number, code: string): boolean =>
  status >= 500 || status === 429 || code === 'concurrent_modification' || code === 'command_in_progress';

/**
 * A client of the public HTTP interface. Every write has an idempotency key, so that it can be repeated after any
 * fault. The client repeats writes and reads until `patienceMs` is over.
 */
export class TidemarkClient {
  constructor(private readonly options: TidemarkClientOptions) {}

  /** @throws RequestRefusedError */
  async post(
    path: string,
    body: object | undefined,
    idempotencyKey: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<WriteResult> {
    const response = await this.request(`POST ${path}`, `${this.options.urls.commandService}${path}`, {
      method: 'POST',
      headers: {
        ...headers,
        'idempotency-key': idempotencyKey,
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    return response as WriteResult;
  }

  /** `undefined` for 404. @throws RequestRefusedError */
  async get<Answer>(path: string, consistencyToken?: string): Promise<Answer | undefined> {
    return this.read<Answer>(this.options.urls.queryService, path, consistencyToken);
  }

  /** The fulfilment of an order, from the process manager's own state. */
  async fulfilment<Answer>(orderId: string): Promise<Answer | undefined> {
    return this.read<Answer>(this.options.urls.processManager, `/v1/fulfilments/${orderId}`);
  }

  private async read<Answer>(base: string, path: string, token?: string): Promise<Answer | undefined> {
    try {
      const headers = token ? { 'consistency-token': token } : undefined;
      return (await this.request(`GET ${path}`, `${base}${path}`, { headers })) as Answer;
    } catch (error) {
      if (error instanceof RequestRefusedError && error.status === 404) {
        return undefined;
      }
      throw error;
    }
  }

  private async request(name: string, url: string, init: RequestInit): Promise<unknown> {
    const giveUpAt = Date.now() + (this.options.patienceMs ?? 60_000);
    for (let pauseMs = 50; ; pauseMs = Math.min(pauseMs * 2, 1_000)) {
      const outcome = await this.attempt(name, url, init);
      if (!(outcome instanceof Error)) {
        return outcome.body;
      }
      const final = outcome instanceof RequestRefusedError && !transient(outcome.status, outcome.code);
      if (final || Date.now() > giveUpAt) {
        throw outcome;
      }
      await delay(pauseMs);
    }
  }

  private async attempt(name: string, url: string, init: RequestInit): Promise<{ body: unknown } | Error> {
    try {
      const headers = { ...init.headers, authorization: `Bearer ${this.options.token}` };
      const response = await fetch(url, { ...init, headers, signal: AbortSignal.timeout(15_000) });
      const body = (await response.json()) as { code?: string; detail?: string };
      return response.ok
        ? { body }
        : new RequestRefusedError(name, response.status, body.code ?? '', body.detail ?? '');
    } catch (error) {
      return new Error(`${name}: no answer`, { cause: error });
    }
  }
}
