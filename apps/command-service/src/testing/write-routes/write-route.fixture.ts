import type { Role } from '@tidemark/testing';

/** A request to one route, about one object. */
export interface WriteRequest {
  readonly path: string;
  readonly body?: object;
}

/** A row of the public interface's write table, as the tests that go over all routes need it. */
export interface WriteRoute {
  /** Who may; `admin` always. `customer`: about what is its own. */
  readonly roles: readonly Role[];
  /** Of success. */
  readonly status: 200 | 201 | 202;
  /** A request that succeeds once. What it is about is this customer's, who is not registered yet, where it is anybody's. */
  readonly valid: (customer: string) => Promise<WriteRequest>;
  /** About an object that there is not; absent where the route makes one. */
  readonly missing?: WriteRequest;
  /** Every code that the domain refuses with, by status. */
  readonly codes: Readonly<Partial<Record<404 | 409 | 422, readonly string[]>>>;
  /** One of them, with its request; absent where it takes whatever fits the form. */
  readonly refused?: {
    readonly status: 409 | 422;
    readonly code: string;
    readonly request: (customer: string) => Promise<WriteRequest>;
  };
}

export type WriteRoutes = Readonly<Record<string, WriteRoute>>;
