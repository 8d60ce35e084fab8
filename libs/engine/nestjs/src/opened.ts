import type { Wait } from '@tidemark/kernel';
import type { HealthCheck, OpenPart } from './part';

interface Closable {
  readonly checks?: readonly HealthCheck[];
  close(): Promise<unknown>;
}

/** What is open, in the order in which it was opened. */
export class Opened {
  private readonly parts: OpenPart[] = [];
  private readonly closables: Closable[] = [];

  /** Remembers an object that has no work of its own and must be closed. */
  add<Thing extends Closable>(thing: Thing): Thing {
    this.closables.push(thing);
    return thing;
  }

  addPart<Part extends OpenPart>(part: Part): Part {
    this.parts.push(part);
    return this.add(part);
  }

  get checks(): readonly HealthCheck[] {
    return this.closables.flatMap(({ checks }) => checks ?? []);
  }

  /** Does what must succeed before the start. @throws what an attempt throws that `wait` does not repeat */
  async prepare(wait: Wait): Promise<void> {
    for (const { preparation } of this.parts) {
      if (preparation) {
        await wait(() => preparation.attempt(), preparation);
      }
    }
  }

  start(): void {
    this.parts.forEach((part) => part.start());
  }

  async stop(): Promise<void> {
    await Promise.all(this.parts.map((part) => part.stop()));
  }

  /** Closes in the reverse order of opening, because each object may use those that were opened before it. */
  async close(): Promise<void> {
    for (const thing of this.closables.splice(0).reverse()) {
      await thing.close();
    }
  }
}
