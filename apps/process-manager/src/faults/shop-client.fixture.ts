import { setTimeout as delay } from 'node:timers/promises';

/** A client of the public interface that retries, because the services are killed while it uses them. */
export class ShopClient {
  constructor(
    private readonly url: string,
    private readonly token: string,
    /** Aborts the current attempts. */
    private readonly signal: AbortSignal,
  ) {}

  /** Each write has a key of its own, so that it can be sent until it is answered. */
  async post(path: string, body: object, acceptable: readonly number[] = []): Promise<void> {
    const headers = { 'idempotency-key': crypto.randomUUID(), 'content-type': 'application/json' };
    const { status } = await this.send(path, { method: 'POST', headers, body: JSON.stringify(body) });
    if (status >= 300 && !acceptable.includes(status)) {
      throw new Error(`POST ${path} was answered with ${status}`);
    }
  }

  async get<Answer>(path: string): Promise<Answer> {
    const { status, body } = await this.send(path, {});
    if (status !== 200) {
      throw new Error(`GET ${path} was answered with ${status}`);
    }
    return body as Answer;
  }

  private async send(path: string, init: RequestInit): Promise<{ status: number; body: unknown }> {
    const headers = { ...init.headers, authorization: `Bearer ${this.token}` };
    for (;;) {
      try {
        const signal = AbortSignal.any([this.signal, AbortSignal.timeout(5_000)]);
        const response = await fetch(`${this.url}${path}`, { ...init, headers, signal });
        if (response.status < 500) {
          return { status: response.status, body: await response.json() };
        }
      } catch {
        this.signal.throwIfAborted();
      }
      await delay(100);
    }
  }
}
