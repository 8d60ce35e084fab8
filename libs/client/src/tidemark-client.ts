import createClient, { type Client } from 'openapi-fetch';
import type { paths as CommandPaths } from './api/command-service';
import type { paths as ProcessPaths } from './api/process-manager';
import type { paths as QueryPaths } from './api/query-service';
import { NoAnswerError, RequestRefusedError, type Problem } from './errors';
import type { Answer, PathsOf, ReadRequest, WriteRequest } from './requests';

/** The public addresses of an installation's services. They are equal if a gateway is in front of them. */
export interface TidemarkUrls {
  readonly commandService: string;
  readonly queryService: string;
  readonly processManager: string;
}

/** The answer to a write. Its events are durable. */
export interface WriteResult {
  readonly id: string;
  /** The aggregate's version after the write, for `ifMatch` of the next one. */
  readonly version: number;
  /** Give it to a read that must contain the write. */
  readonly consistencyToken: string;
}

export interface TidemarkClientOptions {
  readonly urls: TidemarkUrls;
  /** The bearer token. A function is called for every attempt, so that it can renew the token. */
  readonly token: string | (() => string | Promise<string>);
  /** How long a request is repeated while a service is unreachable, overloaded or behind; 60,000 by default. */
  readonly patienceMs?: number;
  /** How long one attempt may take; 15,000 by default. */
  readonly attemptMs?: number;
}

type Method = 'get' | 'post' | 'put' | 'delete';

interface Sent {
  readonly path?: unknown;
  readonly query?: unknown;
  readonly body?: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * A client of the public HTTP interface, typed by the services' OpenAPI documents.
 *
 * Every write has an idempotency key, so repeating it is harmless. The client repeats writes and reads that got no
 * answer, or one that says to come back later, until `patienceMs` is over. It throws `RequestRefusedError` for an
 * answer that a repetition can't change, and `NoAnswerError` if there was none in time.
 */
export class TidemarkClient {
  private readonly commands: Client<object>;
  private readonly queries: Client<object>;
  private readonly processes: Client<object>;

  constructor(private readonly options: TidemarkClientOptions) {
    const { commandService, queryService, processManager } = options.urls;
    this.commands = createClient({ baseUrl: commandService });
    this.queries = createClient({ baseUrl: queryService });
    this.processes = createClient({ baseUrl: processManager });
  }

  /** @throws RequestRefusedError, NoAnswerError */
  post<Path extends PathsOf<CommandPaths, 'post'>>(
    path: Path,
    request: WriteRequest<CommandPaths, Path, 'post'>,
  ): Promise<WriteResult> {
    return this.write('post', path, request);
  }

  /** @throws RequestRefusedError, NoAnswerError */
  put<Path extends PathsOf<CommandPaths, 'put'>>(
    path: Path,
    request: WriteRequest<CommandPaths, Path, 'put'>,
  ): Promise<WriteResult> {
    return this.write('put', path, request);
  }

  /** @throws RequestRefusedError, NoAnswerError */
  delete<Path extends PathsOf<CommandPaths, 'delete'>>(
    path: Path,
    request: WriteRequest<CommandPaths, Path, 'delete'>,
  ): Promise<WriteResult> {
    return this.write('delete', path, request);
  }

  /**
   * A read model, a stream of the log, or what follows from them.
   *
   * @returns `undefined` for 404
   * @throws RequestRefusedError, NoAnswerError
   */
  get<Path extends PathsOf<QueryPaths, 'get'>>(
    path: Path,
    request: ReadRequest<QueryPaths, Path>,
  ): Promise<Answer<QueryPaths, Path> | undefined> {
    return this.read(this.queries, path, request) as Promise<Answer<QueryPaths, Path> | undefined>;
  }

  /**
   * The state of a process, from the process manager itself.
   *
   * @returns `undefined` for 404
   * @throws RequestRefusedError, NoAnswerError
   */
  getProcess<Path extends PathsOf<ProcessPaths, 'get'>>(
    path: Path,
    request: ReadRequest<ProcessPaths, Path>,
  ): Promise<Answer<ProcessPaths, Path> | undefined> {
    return this.read(this.processes, path, request) as Promise<Answer<ProcessPaths, Path> | undefined>;
  }

  private async write(method: Method, path: string, request: object): Promise<WriteResult> {
    const {
      idempotencyKey = crypto.randomUUID(),
      ifMatch,
      headers: further,
      ...rest
    } = request as WriteOptions;
    const headers = {
      ...further,
      'idempotency-key': idempotencyKey,
      ...(ifMatch !== undefined && { 'if-match': `"${ifMatch}"` }),
    };
    return (await this.send(this.commands, method, path, { ...rest, headers })) as WriteResult;
  }

  private async read(client: Client<object>, path: string, request: object): Promise<unknown> {
    const { consistencyToken, ...rest } = request as { readonly consistencyToken?: string };
    const headers: Record<string, string> =
      consistencyToken === undefined ? {} : { 'consistency-token': consistencyToken };
    try {
      return await this.send(client, 'get', path, { ...rest, headers });
    } catch (error) {
      if (error instanceof RequestRefusedError && error.status === 404) {
        return undefined;
      }
      throw error;
    }
  }

  private async send(client: Client<object>, method: Method, path: string, sent: Sent): Promise<unknown> {
    const giveUpAt = Date.now() + (this.options.patienceMs ?? 60_000);
    for (let pauseMs = 50; ; pauseMs = Math.min(pauseMs * 2, 1_000)) {
      const outcome = await this.attempt(client, method, path, sent);
      if (!(outcome instanceof Error)) {
        return outcome.body;
      }
      const isFinal = outcome instanceof RequestRefusedError && !outcome.isTransient;
      if (isFinal || Date.now() >= giveUpAt) {
        throw outcome;
      }
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }

  private async attempt(
    client: Client<object>,
    method: Method,
    path: string,
    { path: inPath, query, body, headers }: Sent,
  ): Promise<{ readonly body: unknown } | Error> {
    const name = `${method.toUpperCase()} ${path}`;
    const { token, attemptMs = 15_000 } = this.options;
    const bearer = typeof token === 'string' ? token : await token();
    try {
      const { data, error, response } = await client.request(
        method as never,
        path as never,
        {
          params: { path: inPath, query },
          body,
          headers: { ...headers, authorization: `Bearer ${bearer}` },
          signal: AbortSignal.timeout(attemptMs),
        } as never,
      );
      return response.ok ? { body: data } : new RequestRefusedError(name, response.status, problemOf(error));
    } catch (cause) {
      return new NoAnswerError(name, { cause });
    }
  }
}

interface WriteOptions {
  readonly idempotencyKey?: string;
  readonly ifMatch?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A gateway's own answers are no problem documents. */
function problemOf(error: unknown): Problem {
  return typeof error === 'object' && error !== null ? (error as Problem) : {};
}
