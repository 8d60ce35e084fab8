import type { DocumentChange, GenerationDocuments, MatchQuery, ModelChanges } from '../document-store';
import { matching } from '../fold';
import type { ProjectedDocument } from '../projection';
import type { ReadModel } from '../read-model/define-read-model';

/** One generation. Its read model is absent until the generation is prepared. */
interface Place {
  readonly readModel?: ReadModel;
  readonly documents: Map<string, ProjectedDocument>;
}

/** Documents without a database. Every document is copied, so that neither readers nor writers can change it later. */
export class InMemoryDocuments implements GenerationDocuments {
  private readonly places = new Map<string, Place>();

  async load(model: string, ids: readonly string[]): Promise<readonly ProjectedDocument[]> {
    return ids.flatMap((id) => this.in(model).get(id) ?? []).map(copyOf);
  }

  async match(
    model: string,
    { partition, where, before, afterId, limit }: MatchQuery,
  ): Promise<readonly ProjectedDocument[]> {
    const found = new Set(matching(this.in(model).values(), partition, where));
    return this.all(model)
      .filter(({ _id, position }) => found.has(_id) && position < before)
      .filter(({ _id }) => afterId === undefined || _id > afterId)
      .slice(0, limit);
  }

  async write(model: string, changes: readonly DocumentChange[]): Promise<readonly string[]> {
    this.requireFit({ model, changes });
    const stale = new Set(this.staleIn({ model, changes }));
    this.put({ model, changes: changes.filter(({ document }) => !stale.has(document._id)) });
    return [...stale];
  }

  async remove(model: string, { _id, position }: ProjectedDocument): Promise<boolean> {
    return this.in(model).get(_id)?.position === position && this.in(model).delete(_id);
  }

  async prepare(readModel: ReadModel, generation: string): Promise<'on'> {
    this.places.set(generation, { readModel, documents: this.in(generation) });
    return 'on';
  }

  async isEmpty(generation: string): Promise<boolean> {
    return this.in(generation).size === 0;
  }

  async count(generation: string, partition: number): Promise<number> {
    return this.all(generation).filter((document) => document.partition === partition).length;
  }

  async *scan(generation: string, partition: number): AsyncGenerator<ProjectedDocument> {
    yield* this.all(generation).filter((document) => document.partition === partition);
  }

  async drop(generation: string): Promise<void> {
    this.places.delete(generation);
  }

  /** The documents of a generation, in order of their ids. */
  all(generation: string): ProjectedDocument[] {
    return [...this.in(generation).values()].sort((a, b) => (a._id < b._id ? -1 : 1)).map(copyOf);
  }

  has(generation: string): boolean {
    return this.places.has(generation);
  }

  /** The ids of documents that were written since they were loaded. */
  staleIn({ model, changes }: ModelChanges): readonly string[] {
    return changes
      .filter(({ document, loadedAt }) => {
        const stored = this.in(model).get(document._id);
        // Like the databases, it writes a loaded document that was lost meanwhile.
        return stored !== undefined && stored.position !== loadedAt;
      })
      .map(({ document }) => document._id);
  }

  clear(): void {
    this.places.clear();
  }

  /** Writes past every guard. */
  put({ model, changes }: ModelChanges): void {
    const documents = this.in(model);
    changes.forEach(({ document }) => documents.set(document._id, copyOf(document)));
    this.places.set(model, { ...this.places.get(model), documents });
  }

  /** @throws Error if a document does not fit the fields of its read model */
  requireFit({ model, changes }: ModelChanges): void {
    const { readModel } = this.places.get(model) ?? {};
    for (const { document } of readModel ? changes : []) {
      const { error } = readModel!.schema.safeParse(copyOf(document));
      if (error) {
        const faults = error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
        throw new Error(`document ${document._id} does not fit ${model}: ${faults.join('; ')}`);
      }
    }
  }

  private in(model: string): Map<string, ProjectedDocument> {
    return this.places.get(model)?.documents ?? new Map<string, ProjectedDocument>();
  }
}

/** A copy without the fields that have no value, which no store keeps. */
export function copyOf<Value>(value: Value): Value {
  if (value instanceof Date) {
    return new Date(value) as Value;
  }
  if (Array.isArray(value)) {
    return value.map(copyOf) as Value;
  }
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value).filter(([, field]) => field !== undefined);
    return Object.fromEntries(fields.map(([name, field]) => [name, copyOf(field)])) as Value;
  }
  return value;
}
