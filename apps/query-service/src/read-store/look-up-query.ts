import type { ReadModelName } from '@tidemark/read-models';
import type { Condition } from '../ownership/visible-to';

/** A look-up of one document of a read model by its `_id`. It only finds a document that also meets the condition. */
export interface LookUp {
  readonly readModel: ReadModelName;
  readonly id: string;
  readonly condition: Condition;
}

interface Alternative {
  readonly condition: Condition;
  /** The ids that are looked up with this condition. */
  readonly ids: string[];
}

export type LookUpFilter = Readonly<Record<string, unknown>>;

/**
 * One query for several look-ups in one read model. It never contains an id with two conditions. So a document that it
 * finds meets the condition of every caller that looked it up.
 */
export class LookUpQuery {
  readonly lookUps: LookUp[] = [];
  private readonly alternatives = new Map<string, Alternative>();
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

  /** The ids are also listed beside the alternatives, so that one index scan finds all candidates. */
  get filter(): LookUpFilter {
    const alternatives = [...this.alternatives.values()].map(filterOf);
    return alternatives.length === 1
      ? alternatives[0]!
      : { _id: oneOf([...this.keys.keys()]), $or: alternatives };
  }

  private idsUnder(key: string, condition: Condition): string[] {
    const alternative = this.alternatives.get(key) ?? { condition, ids: [] };
    this.alternatives.set(key, alternative);
    return alternative.ids;
  }
}

/** The condition comes last, so that the requested ids can't overwrite a condition on the id itself. */
function filterOf({ condition, ids }: Alternative): LookUpFilter {
  return { _id: oneOf(ids), ...condition };
}

/** A single id is passed without `$in`, which servers handle faster. */
function oneOf(ids: readonly string[]): unknown {
  return ids.length === 1 ? ids[0] : { $in: ids };
}
