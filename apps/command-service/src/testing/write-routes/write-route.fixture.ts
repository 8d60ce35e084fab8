import type { Role } from '@tidemark/test-servers';

/** A request to one route, about one object. */
export interface WriteRequest {
  readonly path: string;
  readonly body?: object;
}

/** A row of the public interface's write table, for the tests that go over all routes. */
export interface WriteRoute {
  /** The roles that may call it, besides `admin`. A `customer` may call it for its own data. */
  readonly roles: readonly Role[];
  /** Of success. */
  readonly status: 200 | 201 | 202;
  /**
   * A request that succeeds once. If its object belongs to a customer, it belongs to `customer`, who is not registered
   * yet.
   */
  readonly valid: (customer: string) => Promise<WriteRequest>;
  /** A request for an object that does not exist. Absent if the route creates one. */
  readonly missing?: WriteRequest;
  /** Every refusal code of the domain, by status. */
  readonly codes: Readonly<Partial<Record<404 | 409 | 422, readonly string[]>>>;
  /** One of these codes, with a request that gets it. Absent if the route accepts every valid body. */
  readonly refused?: {
    readonly status: 409 | 422;
    readonly code: string;
    readonly request: (customer: string) => Promise<WriteRequest>;
  };
}

export type WriteRoutes = Readonly<Record<string, WriteRoute>>;
