import { startSpan } from '@tidemark/tracing';
import type { CommandEnvelope } from './command-envelope';

/** The handler's effects become part of the sender's trace, below this attempt. */
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
