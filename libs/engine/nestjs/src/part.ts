/** One part of the application, open. Its connections belong to it. */
export interface OpenPart {
  readonly checks: readonly HealthCheck[];
  /** What must succeed once before any part starts. An attempt that failed is repeated if `isPassing` says so. */
  readonly preparation?: Preparation;
  /** Starts its work in the background. */
  start(): void;
  /** Takes on no more work from other processes. Requests are still answered. */
  stop(): Promise<void>;
  /** Ends all work and closes the connections, once the last request is answered. */
  close(): Promise<void>;
}

export interface Preparation {
  /** What the attempt needs, in the log. */
  readonly what: string;
  attempt(): Promise<unknown>;
  /** Whether the attempt may succeed later, without a restart. */
  isPassing(error: unknown): boolean;
}

/** A dependency whose state the application can report. */
export interface HealthCheck {
  /** Its published name, such as `event-store`. */
  readonly name: string;
  /**
   * - `requests`, the default: without it, requests can't be answered, so the application is not ready.
   * - `start`: an application that was ready stays ready without it.
   * - `nothing`: the application is ready without it.
   */
  readonly neededFor?: 'requests' | 'start' | 'nothing';
  /** Resolves if the dependency works, and rejects with the reason if it does not. */
  check(): Promise<unknown>;
}

/** The check of a part that has an `errorCode` while it can't work. The application is ready without it. */
export function faultCheck(name: string, part: { readonly errorCode: string | undefined }): HealthCheck {
  return {
    name,
    neededFor: 'nothing',
    check: async () => {
      if (part.errorCode !== undefined) {
        throw new Error(part.errorCode);
      }
    },
  };
}
