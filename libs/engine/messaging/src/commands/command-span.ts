import { startSpan } from '@tidemark/tracing';
import type { CommandEnvelope } from './command-envelope';

/** Starts a span for the attempt, so that the handler's effects become part of the sender's trace. */
export function commandSpan(
  { traceparent, correlationId, commandId }: CommandEnvelope,
  pattern: string,
  attempt: number,
) {
  return startSpan({
    name: pattern,
    kind: 'consumer',
    ...(traceparent !== undefined && { traceparent }),
    attributes: {
      'tidemark.command_id': commandId,
      'tidemark.correlation_id': correlationId,
      'tidemark.attempt': attempt,
    },
  });
}
