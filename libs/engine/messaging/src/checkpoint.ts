/** The progress of a group in a partition: every event up to and including `position` has taken effect or is parked. */
export interface Checkpoint {
  readonly position: number;
  /** The event at `position`; absent at position 0. */
  readonly eventId?: string;
}
