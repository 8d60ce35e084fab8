import type { EventEnvelope } from '@tidemark/kernel';
import { foldInto } from '../fold';
import type { ModelProjection } from '../define-projection';
import { inlineGenerationOf } from '../inline/inline-projections';
import type { ProjectedDocument } from '../projection';
import type { InMemoryDocuments } from './in-memory-documents';

/**
 * Inline projections without a database, for tests: `fold` gets the events of one append, lifted, before any reader
 * sees them. It folds all or throws.
 */
export class InMemoryInlineProjections {
  constructor(
    private readonly documents: InMemoryDocuments,
    private readonly projections: readonly ModelProjection[],
  ) {
    projections.forEach((projection) => {
      void documents.prepare(projection.readModel, inlineGenerationOf(projection));
    });
  }

  /** @throws ProjectionFailedError, ForeignPartitionError; Error if a document does not fit its fields */
  fold(events: readonly EventEnvelope[]): void {
    const changes = this.projections.map((projection) => {
      const model = inlineGenerationOf(projection);
      const before = this.documents.all(model);
      const after = new Map<string, ProjectedDocument>(before.map((document) => [document._id, document]));
      events.forEach((event) => foldInto(projection, after, event));
      const known = new Set(before);
      const changed = [...after.values()].filter((document) => !known.has(document));
      return { model, changes: changed.map((document) => ({ document })) };
    });
    changes.forEach((one) => this.documents.requireFit(one));
    changes.forEach((one) => this.documents.put(one));
  }
}
