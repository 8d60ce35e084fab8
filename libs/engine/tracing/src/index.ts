export { isTraceparent } from './is-traceparent';
export { startSpan, type OpenSpan, type SpanStart } from './span';
export { startTracing, type TracingOptions } from './start-tracing';
