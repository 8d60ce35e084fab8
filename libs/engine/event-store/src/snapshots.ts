/** A state and the event that it came to. */
export interface Snapshot<State = unknown> {
  readonly state: State;
  readonly version: number;
  /** The event at `version`. */
  readonly eventId: string;
}

/** Where states of long streams are kept. Losing any or all of it only makes loading slower. */
export interface Snapshots {
  /**
   * `undefined` when there is none that this code can use: none at all, one of another `stateVersion`, a damaged one.
   * The caller must still compare `eventId` with the log.
   */
  load(streamId: string, stateVersion: number): Promise<Snapshot | undefined>;
  /** Keeps the newest. */
  save(streamId: string, stateVersion: number, snapshot: Snapshot): Promise<void>;
}
