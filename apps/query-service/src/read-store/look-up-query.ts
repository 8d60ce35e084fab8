import type { LookUp as LookUpOfIds } from '@tidemark/projections';
import type { ReadModelName } from '@tidemark/read-models';
import type { Condition } from '../ownership/visible-to';

/** A look-up of one document of a read model by its `_id`. It only finds a document that also meets the condition. */
export interface LookUp {
  readonly readModel: ReadModelName;
  readonly id: string;
  readonly condition: Condition;
}

interface Alternative {
  readonly where: Condition;
  /** The ids that are looked up with this condition. */
  readonly ids: string[];
}

/**
 * One query for several look-ups in one read model. It never contains an id with two conditions. So a document that it
 * finds meets the condition of every caller that looked it up.
 */
export class LookUpQuery {
  readonly lookUps: LookUp[] = [];
  private readonly byKey = new Map<string, Alternative>();
  /** The condition's key, by id. */
  private readonly keys = new Map<string, string>();

  constructor(readonly readModel: ReadModelName) {}

  /**
   * Returns false if this query can't include the look-up.
   *
   * @param key the same text for equal conditions, and different texts for different conditions
   */
  take(lookUp: LookUp, key: string): boolean {
    const { readModel, id, condition } = lookUp;
    const taken = this.keys.get(id);
    if (readModel !== this.readModel || (taken ?? key) !== key) {
      return false;
    }
    this.lookUps.push(lookUp);
    if (taken === undefined) {
      this.keys.set(id, key);
      this.idsUnder(key, condition).push(id);
    }
    return true;
  }

  get alternatives(): readonly LookUpOfIds[] {
    return [...this.byKey.values()];
  }

  private idsUnder(key: string, where: Condition): string[] {
    const alternative = this.byKey.get(key) ?? { where, ids: [] };
    this.byKey.set(key, alternative);
    return alternative.ids;
  }
}
