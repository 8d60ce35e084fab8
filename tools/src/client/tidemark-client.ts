import {
  TidemarkClient as TypedClient,
  type TidemarkClientOptions,
  type WriteResult,
} from '@tidemark/client';

/** The client for tools and tests that build their paths as text. */
export class TidemarkClient {
  private readonly typed: TypedClient;

  constructor(options: TidemarkClientOptions) {
    this.typed = new TypedClient(options);
  }

  /** @throws RequestRefusedError, NoAnswerError */
  post(
    path: string,
    body: object | undefined,
    idempotencyKey: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<WriteResult> {
    return this.typed.post(path as never, { body, idempotencyKey, headers } as never);
  }

  /** `undefined` for 404. @throws RequestRefusedError, NoAnswerError */
  get<Answer>(path: string, consistencyToken?: string): Promise<Answer | undefined> {
    return this.typed.get(path as never, { consistencyToken } as never) as Promise<Answer | undefined>;
  }

  /** The fulfilment of an order, from the process manager's own state. */
  fulfilment<Answer>(orderId: string): Promise<Answer | undefined> {
    return this.typed.getProcess('/v1/fulfilments/{orderId}', { path: { orderId } }) as Promise<
      Answer | undefined
    >;
  }
}
