import { Injectable, Logger } from '@nestjs/common';
import { GenerationRegistry } from '@tidemark/projections';
import { setTimeout as delay } from 'node:timers/promises';
import { projections } from '../projections';

const LOOK_AGAIN_MS = 250;

/**
 * Whether this replica has the code of all live projections. A replica of a newer release has other code until its own
 * projections are filled and live. Until then, replicas of the previous release keep the live generations up to date,
 * and the new replica stays out of their group. It is not ready meanwhile, so that a rolling update does not stop the
 * old replicas too early.
 */
@Injectable()
export class ServingGate {
  private readonly logger = new Logger(ServingGate.name);
  private readonly stopping = new AbortController();
  private opened = false;

  constructor(private readonly registry: GenerationRegistry) {}

  get isOpen(): boolean {
    return this.opened;
  }

  /** Calls `then` and resolves when the gate opens. Also resolves when it is closed for good. */
  async whenOpen(then: () => void): Promise<void> {
    const { signal } = this.stopping;
    let told = false;
    while (!signal.aborted) {
      const waitingFor = await this.waitingFor();
      if (waitingFor.length === 0) {
        this.opened = true;
        then();
        return;
      }
      if (!told) {
        this.logger.log({ waitingFor }, 'waiting until the projections of this release are live');
        told = true;
      }
      await delay(LOOK_AGAIN_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  close(): void {
    this.stopping.abort();
  }

  private async waitingFor(): Promise<readonly string[]> {
    try {
      const live = new Map((await this.registry.states()).map((state) => [state.name, state.live.version]));
      return projections.filter(({ name, version }) => live.get(name) !== version).map(({ name }) => name);
    } catch (error) {
      this.logger.warn({ err: error }, 'could not look up which generations are live');
      return ['the database'];
    }
  }
}
