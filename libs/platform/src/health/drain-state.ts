import { Injectable, type OnModuleDestroy } from '@nestjs/common';

/**
 * Where the service is on its way out. `draining`: it still serves, but is not ready, so that balancers turn away.
 * `closing`: it takes no new request and finishes those that it has.
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

  /** Nest's first step of closing an application, however the closing began. */
  onModuleDestroy(): void {
    this.phase = 'closing';
  }
}
