import type { Rebuild } from './rebuild';

/** The records of rebuilds, which outlive the replicas that work on them. */
export interface RebuildStore {
  /** Does nothing when the record is there. */
  ensure(rebuild: Rebuild): Promise<void>;

  /** Neither done nor failed. */
  unfinished(): Promise<readonly Rebuild[]>;

  find(id: string): Promise<Rebuild | undefined>;

  /** The rebuild, if `owner` gets the claim on it for the next `ttlMs`, by the server's clock. */
  claim(id: string, owner: string, ttlMs: number): Promise<Rebuild | undefined>;

  /** Releases the claims of `owner`, so that other replicas can take the rebuilds on at once. */
  release(owner: string): Promise<void>;

  /** Takes the rebuild to its next state. False when it is over, or another replica has taken it on since. */
  proceed(id: string, owner: string, change: RebuildChange): Promise<boolean>;

  /** Ends a rebuild whose outcome the caller has decided in the registry, even if its claim was lost. */
  finish(id: string, change: RebuildChange): Promise<void>;

  /** Ends a rebuild whose outcome another replica has decided. Does nothing if it has already ended. */
  conclude(id: string, change: RebuildChange): Promise<void>;
}

export type RebuildChange = Partial<Omit<Rebuild, 'id'>>;
