import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  propagation,
  trace,
  type Attributes,
} from '@opentelemetry/api';

const kinds = { server: SpanKind.SERVER, consumer: SpanKind.CONSUMER };

export interface SpanStart {
  readonly name: string;
  /** `server`: a request is answered; `consumer`: a message takes effect. */
  readonly kind: keyof typeof kinds;
  /** What caused it, as W3C Trace Context has it; absent: a new trace begins. */
  readonly traceparent?: string;
  /** Ids and names, never what people have entered. */
  readonly attributes?: Attributes;
}

export interface OpenSpan {
  /** What is caused within names this as its parent. Where nobody records, it is the one that was given. */
  readonly traceparent?: string;
  /** Ends it; with an error, as failed. */
  end(outcome?: { readonly error?: unknown; readonly attributes?: Attributes }): void;
}

/**
 * Begins a part of a trace. Its parent is named and not looked for in an ambient context, because what is traced here comes out of
 * stored events and messages; so tracing costs nothing where nobody has started it, and promises stay as fast as they were.
 */
export function startSpan({ name, kind, traceparent, attributes }: SpanStart): OpenSpan {
  const parent = propagation.extract(ROOT_CONTEXT, traceparent === undefined ? {} : { traceparent });
  const tracer = trace.getTracer('tidemark');
  const span = tracer.startSpan(name, { kind: kinds[kind], attributes }, parent);
  const carrier: { traceparent?: string } = {};
  propagation.inject(trace.setSpan(parent, span), carrier);
  return {
    traceparent: carrier.traceparent ?? traceparent,
    end: ({ error, attributes: more } = {}) => {
      if (more) {
        span.setAttributes(more);
      }
      if (error !== undefined) {
        span.setStatus({ code: SpanStatusCode.ERROR, message: codeOf(error) });
      }
      span.end();
    },
  };
}

/** A message may quote what somebody entered, a code or a class never does. */
function codeOf(error: unknown): string {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' ? code : error instanceof Error ? error.constructor.name : typeof error;
}
