import type { GenerationStates, StoredState } from '../generations/generation-states';
import type { Rebuild } from '../generations/rebuild';
import type { RebuildChange, RebuildStore } from '../generations/rebuild-store';
import { copyOf } from './in-memory-documents';

/** The states of generations without a database. */
export class InMemoryGenerationStates implements GenerationStates {
  private readonly stored = new Map<string, StoredState>();

  async all(): Promise<readonly StoredState[]> {
    return [...this.stored.values()].sort((a, b) => (a.name < b.name ? -1 : 1)).map(copyOf);
  }

  async load(name: string): Promise<StoredState | undefined> {
    return copyOf(this.stored.get(name));
  }

  async insert(state: StoredState): Promise<void> {
    if (!this.stored.has(state.name)) {
      this.stored.set(state.name, copyOf(state));
    }
  }

  async replace(revision: number, to: StoredState): Promise<boolean> {
    const isCurrent = this.stored.get(to.name)?.revision === revision;
    if (isCurrent) {
      this.stored.set(to.name, copyOf(to));
    }
    return isCurrent;
  }

  clear(): void {
    this.stored.clear();
  }
}

/** The records of rebuilds without a database. */
export class InMemoryRebuilds implements RebuildStore {
  private readonly stored = new Map<string, Rebuild>();
  private readonly claims = new Map<string, { readonly owner: string; readonly endsAt: number }>();

  async ensure(rebuild: Rebuild): Promise<void> {
    if (!this.stored.has(rebuild.id)) {
      this.stored.set(rebuild.id, copyOf(rebuild));
    }
  }

  async unfinished(): Promise<readonly Rebuild[]> {
    return [...this.stored.values()].filter(({ finishedAt }) => finishedAt === undefined).map(copyOf);
  }

  async find(id: string): Promise<Rebuild | undefined> {
    return copyOf(this.stored.get(id));
  }

  async claim(id: string, owner: string, ttlMs: number): Promise<Rebuild | undefined> {
    const claim = this.claims.get(id);
    if (!this.stored.has(id) || (claim && claim.owner !== owner && claim.endsAt > performance.now())) {
      return undefined;
    }
    this.claims.set(id, { owner, endsAt: performance.now() + ttlMs });
    return this.find(id);
  }

  async release(owner: string): Promise<void> {
    for (const [id, claim] of this.claims) {
      if (claim.owner === owner) {
        this.claims.delete(id);
      }
    }
  }

  async proceed(id: string, owner: string, change: RebuildChange): Promise<boolean> {
    const mayProceed = this.claims.get(id)?.owner === owner && this.isOpen(id);
    if (mayProceed) {
      this.change(id, change);
    }
    return mayProceed;
  }

  async finish(id: string, change: RebuildChange): Promise<void> {
    this.change(id, change);
  }

  async conclude(id: string, change: RebuildChange): Promise<void> {
    if (this.isOpen(id)) {
      this.change(id, change);
    }
  }

  clear(): void {
    this.stored.clear();
    this.claims.clear();
  }

  private isOpen(id: string): boolean {
    return this.stored.has(id) && this.stored.get(id)!.finishedAt === undefined;
  }

  private change(id: string, change: RebuildChange): void {
    const stored = this.stored.get(id);
    if (stored) {
      this.stored.set(id, copyOf({ ...stored, ...change }));
    }
  }
}
