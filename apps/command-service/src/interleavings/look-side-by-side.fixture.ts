import type { CommandExecutor, EventStore, ExecuteAskingRequest, Execution } from '@tidemark/event-store';
import type { DomainEvent } from '@tidemark/kernel';

/**
 * A planted fault. It looks for the command while the aggregate is loaded, so a commit may fall between the two. The
 * command then looks unknown, while the state already contains its result.
 */
export async function lookSideBySide<State, Event extends DomainEvent>(
  executor: CommandExecutor,
  store: EventStore,
  request: ExecuteAskingRequest<State, Event>,
): Promise<Execution> {
  const { aggregate, aggregateId, command, decide } = request;
  const [first, { state, ...head }] = await Promise.all([
    store.findCommand(command.commandId, command.commandHash),
    executor.load(aggregate, aggregateId),
  ]);
  if (first) {
    return { outcome: 'accepted', result: first };
  }
  const decision = await decide(state, head.version);
  const [event, ...others] = decision.outcome === 'refused' ? [] : decision.events;
  if (decision.outcome === 'refused' || !event) {
    return decision.outcome === 'refused' ? decision : { outcome: 'unchanged', ...head };
  }
  const result = await store.append({
    streamType: aggregate.streamType,
    aggregateId,
    partitionKey: aggregate.partitionKeyOf(event),
    expectedVersion: head.version,
    events: [event, ...others],
    command,
  });
  return { outcome: 'accepted', result };
}
