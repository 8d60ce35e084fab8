/** What the subject's own tables hold, by the id of the write: how many events of it. */
export type Landed = ReadonlyMap<string, number>;

/** What became of the writes that a subject has acknowledged. */
export interface Audit {
  /** Events that were acknowledged and are not there. */
  readonly lost: number;
  /** Events that are there more often than they were acknowledged. */
  readonly duplicated: number;
}

/** Keeps what a subject has acknowledged, to be held against what it has stored. */
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
