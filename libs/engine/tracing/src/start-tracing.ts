import { propagation, trace } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  type SpanExporter,
} from '@opentelemetry/sdk-trace-base';

export interface TracingOptions {
  /** The service's name, an attribute of its resource. */
  readonly service: string;
  /** The URL of an OTLP/HTTP collector, such as `http://collector:4318`. */
  readonly endpoint: string;
  /**
   * The share of traces to record, among the traces that begin here; 0 to 1. Other traces keep their sender's decision.
   */
  readonly sampleRatio: number;
  /** An exporter that tests use in place of the collector. */
  readonly exporter?: SpanExporter;
}

/**
 * Starts tracing: from now on, the spans of this process go to the collector in batches. If a collector does not
 * answer, only spans are lost.
 *
 * @returns a function that sends the remaining spans and ends tracing
 */
export function startTracing({
  service,
  endpoint,
  sampleRatio,
  exporter,
}: TracingOptions): () => Promise<void> {
  const url = `${endpoint.replace(/\/$/, '')}/v1/traces`;
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': service }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(sampleRatio) }),
    spanProcessors: [new BatchSpanProcessor(exporter ?? new OTLPTraceExporter({ url }))],
  });
  trace.setGlobalTracerProvider(provider);
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  return async () => {
    await provider.shutdown().catch(() => undefined);
    trace.disable();
    propagation.disable();
  };
}
