import { z } from 'zod';
import { url } from './urls';

/** The destination of traces. */
export interface TracingConfig {
  /**
   * The URL of an OTLP/HTTP collector. If absent, nothing is recorded, and the trace context of callers is passed on.
   */
  readonly endpoint?: string;
  /** The share of traces to record, among the traces that start in this service; 0 to 1. */
  readonly sampleRatio: number;
}

/** `OTEL_EXPORTER_OTLP_ENDPOINT` (none), `OTEL_TRACES_SAMPLER_ARG` (1): OpenTelemetry's own names. */
export function tracingSettings() {
  const ratio = { error: 'expected a number from 0 to 1' };
  return z
    .object({
      OTEL_EXPORTER_OTLP_ENDPOINT: url(['http:', 'https:'], 'http://collector:4318')
        .optional()
        .describe('The OTLP/HTTP collector to send traces to. Without it, nothing is recorded'),
      OTEL_TRACES_SAMPLER_ARG: z
        .string()
        .regex(/^(0|1|0?\.\d{1,6}|1\.0{1,6})$/, ratio)
        .transform(Number)
        .default(1)
        .meta({ values: '0 to 1' })
        .describe('The share of traces to record, among the traces that start in this service, from 0 to 1'),
    })
    .transform((env): TracingConfig => ({
      ...(env.OTEL_EXPORTER_OTLP_ENDPOINT !== undefined && { endpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT }),
      sampleRatio: env.OTEL_TRACES_SAMPLER_ARG,
    }));
}
