import { randomUUID } from 'node:crypto';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { injectByPath } from '@tidemark/platform';
import { issueToken, type Role } from '@tidemark/test-servers';
import { documentedAnswersOf } from './documented-answers.fixture';

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

export interface TestRequest {
  /** The role of the token; `service` by default. */
  readonly role?: Role;
  /** The customer of a token with role `customer`, which is then the default. */
  readonly customer?: string;
  /** The idempotency key: a new one by default, null for none. */
  readonly key?: string | null;
  /** The token: one for the role by default, null for none. */
  readonly token?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON, a string as it is. */
  readonly body?: object | string;
}

export interface TestAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  // Tests read answers of many shapes. A missing field fails the expectation.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
}

export type SendRequest = (method: Method, path: string, request?: TestRequest) => Promise<TestAnswer>;

/**
 * Requests to a service in this process, with tokens of its local key.
 *
 * @throws Error for an answer that the service does not document
 */
export function requestsTo(app: NestFastifyApplication, authKey: string): SendRequest {
  const checkDocumented = documentedAnswersOf(app);
  return async (method, path, request = {}) => {
    const { customer, role = customer === undefined ? 'service' : 'customer', key = randomUUID() } = request;
    const { headers = {} } = request;
    const token = request.token === undefined ? await issueToken(authKey, { role, customer }) : request.token;
    const answer = await injectByPath(app, {
      method,
      url: path,
      headers: {
        ...(token !== null && { authorization: `Bearer ${token}` }),
        ...(key !== null && method !== 'GET' && { 'idempotency-key': key }),
        ...(typeof request.body === 'string' && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(request.body !== undefined && { payload: request.body }),
    });
    const body = bodyOf(answer.body);
    await checkDocumented(method, path, {
      status: answer.statusCode,
      code: (body as { code?: unknown }).code,
    });
    return { status: answer.statusCode, headers: answer.headers, body };
  };
}

function bodyOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
