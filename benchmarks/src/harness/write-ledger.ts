/** The number of stored events of each write, by the write's id, from the subject's own tables. */
export type Landed = ReadonlyMap<string, number>;

/** The fate of the writes that a subject has acknowledged. */
export interface Audit {
  /** Events that were acknowledged but are missing. */
  readonly lost: number;
  /** Events that are stored more often than they were acknowledged. */
  readonly duplicated: number;
}

/** Records the writes that a subject has acknowledged, to compare them with what it has stored. */
export class WriteLedger {
  private readonly acknowledged = new Map<string, number>();

  acknowledge(writeId: string, events: number): void {
    this.acknowledged.set(writeId, (this.acknowledged.get(writeId) ?? 0) + events);
  }

  audit(landed: Landed): Audit {
    let lost = 0;
    let duplicated = 0;
    for (const writeId of new Set([...this.acknowledged.keys(), ...landed.keys()])) {
      const surplus = (landed.get(writeId) ?? 0) - (this.acknowledged.get(writeId) ?? 0);
      lost += Math.max(-surplus, 0);
      duplicated += Math.max(surplus, 0);
    }
    return { lost, duplicated };
  }
}
