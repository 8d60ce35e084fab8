import { Inject, Module } from '@nestjs/common';
import { EventStore } from '@tidemark/event-store';
import { RelayGroup } from '@tidemark/messaging';
import { Metrics } from '@tidemark/platform';
import { reportBacklog } from './relay-metrics';
import { RelayStatusController } from './relay-status.controller';

/** Shows operators how far the relay is, if there is one. */
@Module({ controllers: [RelayStatusController] })
export class RelayStatusModule {
  constructor(@Inject(RelayGroup) relay: RelayGroup | null, log: EventStore, metrics: Metrics) {
    if (relay) {
      reportBacklog(relay, log, metrics);
    }
  }
}
