import { silentLogger, WorkLoop, type Logger } from '@tidemark/messaging';
import type { Projection } from '../projection';
import type { GenerationRegistry } from './generation-registry';

export interface ServingGateOptions {
  readonly registry: Pick<GenerationRegistry, 'states'>;
  readonly projections: readonly Pick<Projection, 'name' | 'version'>[];
  readonly logger?: Logger;
}

const LOOK_AGAIN_MS = 250;

/**
 * Whether this replica has the code of all live projections. A replica of a newer release has other code until its own
 * projections are filled and live. Until then, replicas of the previous release keep the live generations up to date,
 * and the new replica stays out of their group. It is not ready meanwhile, so that a rolling update does not stop the
 * old replicas too early. A paused projection is not waited for.
 */
export class ServingGate {
  private readonly logger: Logger;
  private loop: WorkLoop | undefined;
  private opened = false;

  constructor(private readonly options: ServingGateOptions) {
    this.logger = options.logger ?? silentLogger;
  }

  get isOpen(): boolean {
    return this.opened;
  }

  /** For readiness. @throws Error while the gate is not open */
  async requireOpen(): Promise<void> {
    if (!this.opened) {
      throw new Error('a projection of this release is not live yet; its rebuild must finish first');
    }
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
          this.logger.info({ waitingFor }, 'waiting until the projections of this release are live');
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
    const { registry, projections } = this.options;
    const states = new Map((await registry.states()).map((state) => [state.name, state]));
    return projections
      .map(({ name, version }) => ({ state: states.get(name), name, version }))
      .filter(({ state, version }) => !state?.paused && state?.live.version !== version)
      .map(({ name }) => name);
  }
}
