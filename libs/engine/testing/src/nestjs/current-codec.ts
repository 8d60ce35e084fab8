import { EventCodec, type DomainEvent, type EncodedEvent, type EventContract } from '@tidemark/kernel';

/** Knows the contracts of the application that runs now. The log outlives it. */
export class CurrentCodec extends EventCodec {
  private current = new EventCodec([]);

  constructor() {
    super([]);
  }

  use(contracts: readonly EventContract[]): void {
    this.current = new EventCodec(contracts);
  }

  override encode(event: DomainEvent): EncodedEvent {
    return this.current.encode(event);
  }

  override decode(stored: EncodedEvent): DomainEvent {
    return this.current.decode(stored);
  }
}
