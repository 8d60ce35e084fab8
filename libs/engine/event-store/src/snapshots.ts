/** A state and the last event that it includes. */
export interface Snapshot<State = unknown> {
  readonly state: State;
  readonly version: number;
  /** The event at `version`. */
  readonly eventId: string;
}

/** A store for states of long streams. Losing some or all of them only makes loading slower. */
export interface Snapshots {
  /**
   * `undefined` if there is no usable snapshot: none at all, one with another `stateVersion`, or a damaged one. The
   * caller must still compare `eventId` with the log.
   */
  load(streamId: string, stateVersion: number): Promise<Snapshot | undefined>;
  /** Stores the snapshot unless a newer one exists. */
  save(streamId: string, stateVersion: number, snapshot: Snapshot): Promise<void>;
}
