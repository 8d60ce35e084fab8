import { startSpan, type OpenSpan } from '@tidemark/tracing';
import type { EventEnvelope } from '@tidemark/kernel';
import type { ParkedBatch, PartitionBatch, PartitionHandler } from './partition-handler';

/**
 * Makes a span for each event that takes effect, in the trace that was stored with the event. The handler gets the span
 * as the event's trace context. So everything that the event causes, such as a command, becomes a child of this span.
 */
export class TracedHandler implements PartitionHandler {
  constructor(
    private readonly group: string,
    private readonly handler: PartitionHandler,
  ) {}

  handle(batch: PartitionBatch, signal: AbortSignal): Promise<void> {
    return this.traced(batch.events, (events) => this.handler.handle({ ...batch, events }, signal));
  }

  handleParked(batch: ParkedBatch, signal: AbortSignal): Promise<void> {
    return this.traced(batch.events, (events) => this.handler.handleParked({ ...batch, events }, signal));
  }

  private async traced(
    events: readonly EventEnvelope[],
    handle: (events: readonly EventEnvelope[]) => Promise<void>,
  ): Promise<void> {
    const spans = events.map((event) => this.spanOf(event));
    try {
      await handle(events.map((event, index) => tracedBy(event, spans[index]!)));
    } catch (error) {
      spans.forEach((span) => span.end({ error }));
      throw error;
    }
    spans.forEach((span) => span.end());
  }

  private spanOf({ type, streamId, partition, position, metadata, correlationId }: EventEnvelope): OpenSpan {
    const { traceparent } = metadata;
    return startSpan({
      name: `${this.group} ${type}`,
      kind: 'consumer',
      ...(traceparent !== undefined && { traceparent }),
      attributes: {
        'messaging.consumer.group.name': this.group,
        'tidemark.stream_id': streamId,
        'tidemark.partition': partition,
        'tidemark.position': position,
        'tidemark.correlation_id': correlationId,
      },
    });
  }
}

function tracedBy(event: EventEnvelope, { traceparent }: OpenSpan): EventEnvelope {
  return traceparent === undefined || traceparent === event.metadata.traceparent
    ? event
    : { ...event, metadata: { ...event.metadata, traceparent } };
}
