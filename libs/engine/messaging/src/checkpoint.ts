/** How far a group has come in a partition: everything up to and including `position` has taken effect or is parked. */
export interface Checkpoint {
  readonly position: number;
  /** The event at `position`; absent at position 0. */
  readonly eventId?: string;
}
