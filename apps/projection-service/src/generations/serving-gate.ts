import { Injectable, Logger } from '@nestjs/common';
import { WorkLoop } from '@tidemark/messaging';
import { GenerationRegistry } from '@tidemark/projections';
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
  private loop: WorkLoop | undefined;
  private opened = false;

  constructor(private readonly registry: GenerationRegistry) {}

  get isOpen(): boolean {
    return this.opened;
  }

  /** Calls `then` once, when the gate opens, unless it is closed before. */
  whenOpen(then: () => void): void {
    let isLogged = false;
    const loop = new WorkLoop({
      pollIntervalMs: LOOK_AGAIN_MS,
      work: async () => {
        const waitingFor = await this.waitingFor();
        if (waitingFor.length === 0) {
          then();
          this.opened = true;
          void loop.stop();
        } else if (!isLogged) {
          isLogged = true;
          this.logger.log({ waitingFor }, 'waiting until the projections of this release are live');
        }
      },
      onFailed: (err) => this.logger.warn({ err }, 'could not look up which generations are live'),
    });
    this.loop = loop;
    loop.start();
  }

  /** Resolves when no check is in progress any more. */
  async close(): Promise<void> {
    await this.loop?.stop();
  }

  private async waitingFor(): Promise<readonly string[]> {
    const live = new Map((await this.registry.states()).map((state) => [state.name, state.live.version]));
    return projections.filter(({ name, version }) => live.get(name) !== version).map(({ name }) => name);
  }
}
