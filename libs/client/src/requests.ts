/** The paths of a document that have this method. */
export type PathsOf<Paths, Method extends string> = {
  [Path in keyof Paths & string]: Paths[Path] extends Readonly<Record<Method, { responses: unknown }>>
    ? Path
    : never;
}[keyof Paths & string];

type OperationOf<Paths, Path extends keyof Paths, Method extends string> =
  Paths[Path] extends Readonly<Record<Method, infer Operation>> ? Operation : never;

/** The parameters of the path. A path without parameters takes none. */
type InPath<Operation> = Operation extends { parameters: { path: infer Parameters } }
  ? { readonly path: Parameters }
  : { readonly path?: undefined };

type InQuery<Operation> = Operation extends { parameters: { query?: infer Parameters } }
  ? { readonly query?: Parameters }
  : { readonly query?: undefined };

type InBody<Operation> = Operation extends { requestBody: { content: { 'application/json': infer Body } } }
  ? { readonly body: Body }
  : { readonly body?: undefined };

/** A write. */
export type WriteRequest<Paths, Path extends keyof Paths, Method extends string> = InPath<
  OperationOf<Paths, Path, Method>
> &
  InBody<OperationOf<Paths, Path, Method>> & {
    /**
     * Names the write for ever: a repeat with the same key and body gets the first answer. 1 to 128 characters from
     * A-Z a-z 0-9 . _ -. A new UUID by default, which protects only the repetitions of this call.
     */
    readonly idempotencyKey?: string;
    /** The version that the aggregate must have; the write is refused with 412 otherwise. */
    readonly ifMatch?: number;
    /** Further headers, such as `traceparent` or `x-correlation-id`. */
    readonly headers?: Readonly<Record<string, string>>;
  };

/** A read. */
export type ReadRequest<Paths, Path extends keyof Paths> = InPath<OperationOf<Paths, Path, 'get'>> &
  InQuery<OperationOf<Paths, Path, 'get'>> & {
    /** Of a write. The answer contains that write. */
    readonly consistencyToken?: string;
  };

/** The body of a success. */
export type Answer<Paths, Path extends keyof Paths> =
  OperationOf<Paths, Path, 'get'> extends {
    responses: { 200: { content: { 'application/json': infer Body } } };
  }
    ? Body
    : never;
