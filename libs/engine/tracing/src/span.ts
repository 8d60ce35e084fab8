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
  /** `server` for the answer to a request, `consumer` for the effect of a message. */
  readonly kind: keyof typeof kinds;
  /** The trace context of the cause (W3C Trace Context). If absent, a new trace begins. */
  readonly traceparent?: string;
  /** Ids and names, but never a user's input. */
  readonly attributes?: Attributes;
}

export interface OpenSpan {
  /** The trace context for everything that happens within the span. Without a recorder, it is the given context. */
  readonly traceparent?: string;
  /** Ends the span, with an error as failed. */
  end(outcome?: { readonly error?: unknown; readonly attributes?: Attributes }): void;
}

/**
 * Starts a span of a trace. Its parent is an argument and not taken from an ambient context, because the work here
 * starts from stored events and messages. So tracing costs nothing if it is not started, and does not slow down
 * promises.
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

/** A message may contain a user's input; a code or a class never does. */
function codeOf(error: unknown): string {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' ? code : error instanceof Error ? error.constructor.name : typeof error;
}
