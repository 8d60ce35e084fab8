import type { EventEnvelope } from '@tidemark/kernel';
import { eventInput } from './input';
import type { ProcessDefinition, ProcessInput } from './process-definition';
import type { ParkReason, Reaction } from './reaction';

/** Published: timers of an instance that is parked for this do not fire, and its events wait. */
export const reactionFailed = 'reaction_failed';

/** What the process answers. A bug in it must hold up one instance, not the partition that it shares with others. */
export function reactTo<State>(
  definition: ProcessDefinition<State>,
  state: State,
  input: ProcessInput,
): Reaction<State> {
  try {
    return definition.react(state, input);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { outcome: 'parked', reason: { code: reactionFailed, message } };
  }
}

/** The oldest of these events that the state takes; nothing overtakes one that failed. */
export function firstPossible<State>(
  definition: ProcessDefinition<State>,
  state: State,
  events: readonly EventEnvelope[],
): EventEnvelope | undefined {
  for (const event of events) {
    const reaction = reactTo(definition, state, eventInput(event));
    if (reaction.outcome === 'handled' || reaction.outcome === 'ignored') {
      return event;
    }
    if (reaction.outcome === 'parked' && reaction.reason.code === reactionFailed) {
      return undefined;
    }
  }
  return undefined;
}

/** The oldest of these events that the state can't take, and why. */
export function firstStuck<State>(
  definition: ProcessDefinition<State>,
  state: State,
  events: readonly EventEnvelope[],
): { readonly event: EventEnvelope; readonly reason: ParkReason } | undefined {
  for (const event of events) {
    const reaction = reactTo(definition, state, eventInput(event));
    if (reaction.outcome === 'parked') {
      return { event, reason: reaction.reason };
    }
  }
  return undefined;
}
