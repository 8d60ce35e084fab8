import { Injectable, type OnModuleDestroy } from '@nestjs/common';

/**
 * The stages of a shutdown. `draining`: the service still serves, but is not ready, so that load balancers send their
 * requests elsewhere. `closing`: it accepts no new request and finishes those in flight.
 */
@Injectable()
export class DrainState implements OnModuleDestroy {
  private phase: 'serving' | 'draining' | 'closing' = 'serving';

  get isDraining(): boolean {
    return this.phase !== 'serving';
  }

  get isClosing(): boolean {
    return this.phase === 'closing';
  }

  startDraining(): void {
    if (this.phase === 'serving') {
      this.phase = 'draining';
    }
  }

  /** The first step in which Nest closes an application, whatever started the closing. */
  onModuleDestroy(): void {
    this.phase = 'closing';
  }
}
