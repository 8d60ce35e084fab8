import type { ReadModelName } from '@tidemark/read-models';
import type { Condition } from '../ownership/visible-to';

/** One document of a read model, asked for by its `_id`; it is there only if it meets the condition, too. */
export interface LookUp {
  readonly readModel: ReadModelName;
  readonly id: string;
  readonly condition: Condition;
}

interface Alternative {
  readonly condition: Condition;
  /** That are asked for under it. */
  readonly ids: string[];
}

export type LookUpFilter = Readonly<Record<string, unknown>>;

/**
 * One query for several look-ups in one read model. It asks for no document under two conditions: so a document that it
 * finds meets the condition of everybody who asked for it, and nothing is left to be checked.
 */
export class LookUpQuery {
  readonly lookUps: LookUp[] = [];
  private readonly alternatives = new Map<string, Alternative>();
  /** By id: the key of its alternative. */
  private readonly keys = new Map<string, string>();

  constructor(readonly readModel: ReadModelName) {}

  /**
   * False when it can't answer this one, too.
   *
   * @param key the same text for the same condition only
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

  /** The ids stand beside the alternatives, too, so that one scan of their index finds all candidates. */
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

/** The condition comes last: one on the id itself must not give way to the ids that are asked for. */
function filterOf({ condition, ids }: Alternative): LookUpFilter {
  return { _id: oneOf(ids), ...condition };
}

/** One id as itself, for which servers have a shorter way. */
function oneOf(ids: readonly string[]): unknown {
  return ids.length === 1 ? ids[0] : { $in: ids };
}
