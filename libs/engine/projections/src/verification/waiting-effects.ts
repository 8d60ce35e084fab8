import type { EventEnvelope } from '@tidemark/kernel';
import { matching, selectionOf } from '../fold';
import type { ProjectedDocument, Projection, Selection } from '../projection';

/**
 * The documents that events of parked streams concern. The group leaves such an event out, but a line whose code can
 * fold it may have applied it. So both results are correct until the event is retried or given up. Then these documents
 * are folded again.
 */
export class WaitingEffects {
  private readonly selections: Selection[] = [];

  constructor(private readonly projection: Projection) {}

  /** Adds an event, with its data as the codec gives it. */
  add(event: EventEnvelope): void {
    const selection = selectionOf(this.projection, event);
    if (selection) {
      this.selections.push(selection);
    }
  }

  /**
   * Notes the ids of documents that the event concerns. `versions` has the stored document, the folded document, or
   * both.
   */
  concern(id: string, versions: readonly (ProjectedDocument | undefined)[]): boolean {
    const documents = versions.filter((document) => document !== undefined);
    return this.selections.some((selection) =>
      'ids' in selection
        ? selection.ids.includes(id)
        : documents.some((document) => matching([document], document.partition, selection.where).length > 0),
    );
  }
}
