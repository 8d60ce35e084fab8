import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { CommandTransport } from '@tidemark/messaging';
import { CommandRefusedError, RelayPart } from '@tidemark/nestjs';
import { commandIdOf } from '@tidemark/platform';
import { EVENT_LOG_POOL } from '@tidemark/event-store/nestjs';
import { tapStatements } from '@tidemark/test-servers';
import type { Pool } from 'pg';
import { lastValueFrom } from 'rxjs';
import { PAYMENT_PROVIDER_POOL } from '../tokens';
import { requestsTo, type Method } from '../testing/requests.fixture';

/** A command as the service takes it: over HTTP or from the broker. A repeat has the same `id`. */
export type Sent =
  | { readonly id: string; readonly method: Method; readonly path: string; readonly body?: object }
  | { readonly id: string; readonly pattern: string; readonly data: object };

export interface Answer {
  readonly isAccepted: boolean;
  /** The version in the answer to a client. A process learns only that its command was handled. */
  readonly version?: number;
  /** The id of the resource. */
  readonly id?: string;
  /** The code of a refusal. */
  readonly code?: string;
}

export type Replica = (sent: Sent) => Promise<Answer>;

/** A replica with observable statements. It does nothing by itself: its relay, if there is one, is stopped. */
export async function observableReplica(app: NestFastifyApplication, authKey: string): Promise<Replica> {
  await app.get<RelayPart | null>(RelayPart)?.close();
  [EVENT_LOG_POOL, PAYMENT_PROVIDER_POOL].forEach((token) => tapStatements(app.get<Pool>(token)));
  const request = requestsTo(app, authKey);
  const transport = app.get(CommandTransport);
  return async (sent) => {
    if ('pattern' in sent) {
      return handle(transport, sent);
    }
    const { method, path, id: key, body } = sent;
    const answer = await request(method, path, { key, ...(body && { body }) });
    if (answer.status >= 500) {
      throw new Error(`${answer.status}: ${JSON.stringify(answer.body)}`);
    }
    const { id, version, code } = answer.body as { id?: string; version?: number; code?: string };
    return answer.status < 300 ? { isAccepted: true, id, version } : { isAccepted: false, code };
  };
}

/** The id that the log keeps. */
export function commandIdIn(sent: Sent): string {
  return 'pattern' in sent ? sent.id : commandIdOf('local-service', sent.id);
}

/** Handles a command as the transport does, with the pipes and filters of the running service. */
async function handle(
  transport: CommandTransport,
  { id, pattern, data }: Extract<Sent, { pattern: string }>,
): Promise<Answer> {
  const [streamType, type] = pattern.split('.');
  const envelope = { commandId: id, correlationId: id, actor: 'process:test', streamType, type, data };
  const handler = transport.getHandlerByPattern(pattern)!;
  try {
    const answer = transport.transformToObservable(await handler(envelope));
    await lastValueFrom(answer, { defaultValue: undefined });
    return { isAccepted: true };
  } catch (error) {
    if (error instanceof CommandRefusedError) {
      return { isAccepted: false, code: error.refusal.code };
    }
    throw error;
  }
}
