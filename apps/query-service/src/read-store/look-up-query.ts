import type { ReadModelName } from '@tidemark/read-models';

type Condition = Readonly<Record<string, unknown>>;

/** One document of a read model, asked for by its `_id`; it is there only if it meets the condition, too. */
export interface LookUp {
  readonly readModel: ReadModelName;
  readonly id: string;
  readonly condition: Condition;
}

/**
 * One query for several look-ups in one read model. It asks for no document under two conditions: so a document that it
 * finds meets the condition of everybody who asked for it, and nothing is left to be checked.
 */
export class LookUpQuery {
  readonly readModel: ReadModelName;
  readonly lookUps: LookUp[] = [];
  private readonly alternatives = new Map<
    string,
    { readonly condition: Condition; readonly ids: string[] }
  >();
  /** By id: the key of its alternative. */
  private readonly keys = new Map<string, string>();

  constructor(first: LookUp) {
    this.readModel = first.readModel;
    this.take(first);
  }

  /** False when it can't answer this one, too. */
  take(lookUp: LookUp): boolean {
    const { readModel, id, condition } = lookUp;
    const key = JSON.stringify(condition);
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

  /** Names all ids beside the alternatives, too: there the index of ids is taken for them, whatever the conditions are. */
  get filter(): Condition {
    const alternatives = [...this.alternatives.values()].map(({ condition, ids }) => ({
      ...condition,
      _id: { $in: ids },
    }));
    return alternatives.length === 1
      ? alternatives[0]!
      : { _id: { $in: [...this.keys.keys()] }, $or: alternatives };
  }

  private idsUnder(key: string, condition: Condition): string[] {
    const alternative = this.alternatives.get(key) ?? { condition, ids: [] };
    this.alternatives.set(key, alternative);
    return alternative.ids;
  }
}
