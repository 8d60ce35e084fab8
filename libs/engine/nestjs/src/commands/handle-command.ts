import type { CommandExecutor } from '@tidemark/event-store';
import {
  commandPattern,
  MalformedMessageError,
  scopedLogger,
  type CommandEnvelope,
} from '@tidemark/messaging';
import { requestHashOf } from '../aggregates/command';
import { CommandRefusedError } from '../errors';
import type { CommandDefinition } from '../definitions/define-command';

/** Carries out commands of one type. Resolves when the command has taken effect, now or by an earlier delivery. */
export function commandHandler(
  definition: CommandDefinition,
  executor: CommandExecutor,
): (envelope: CommandEnvelope) => Promise<void> {
  const logger = scopedLogger('commands');
  return async (envelope) => {
    const pattern = commandPattern(envelope);
    const checked = await definition.schema['~standard'].validate(envelope.data);
    if (checked.issues) {
      throw new MalformedMessageError(
        `${pattern}: ${checked.issues.map(({ message }) => message).join('; ')}`,
      );
    }
    const { data, commandId, correlationId, actor, causingEventId, traceparent } = envelope;
    const execution = await executor.executeAsking({
      aggregate: definition.aggregate,
      aggregateId: definition.id(checked.value),
      // Covers what was sent, so that a change of the schema does not make another request of it.
      command: {
        commandId,
        commandHash: requestHashOf([pattern, data]),
        correlationId,
        actor,
        ...(causingEventId !== undefined && { causingEventId }),
        ...(traceparent !== undefined && { traceparent }),
      },
      decide: async (state, version) => definition.decide(checked.value, state, version),
    });
    if (execution.outcome === 'refused') {
      throw new CommandRefusedError(execution.refusal);
    }
    if (execution.outcome === 'unchanged') {
      logger.warn(
        { pattern, commandId, correlationId },
        'a command changed nothing, so its process gets no answer',
      );
    }
  };
}
