import type { EventEnvelope } from '@tidemark/kernel';
import { eventInput } from './input';
import type { ProcessDefinition, ProcessInput } from './process-definition';
import type { Reaction, StuckReason } from './reaction';
import { failureOf, reactionFailed } from './stuck-reasons';

/** The process's reaction to an input. A bug in the process must only stop one instance, not its whole partition. */
export function reactTo<State>(
  definition: ProcessDefinition<State>,
  state: State,
  input: ProcessInput,
): Reaction<State> {
  try {
    return definition.react(state, input);
  } catch (error) {
    return { outcome: 'stuck', reason: failureOf(error) };
  }
}

/** Why the instance is stuck in this state, if it is, even if the process fails on the state. */
export function givenUpIn<State>(
  definition: ProcessDefinition<State>,
  state: State,
): StuckReason | undefined {
  try {
    definition.status(state);
    return definition.givenUp?.(state);
  } catch (error) {
    return failureOf(error);
  }
}

/** The oldest of these events that the state accepts. No event overtakes one that failed. */
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
    if (reaction.outcome === 'stuck' && reaction.reason.code === reactionFailed) {
      return undefined;
    }
  }
  return undefined;
}

/**
 * Returns the reason why one of these events, which the state does not accept, makes the instance stuck. An event on
 * which the process throws comes first, and older events come before newer ones.
 */
export function firstStuck<State>(
  definition: ProcessDefinition<State>,
  state: State,
  events: readonly EventEnvelope[],
): { readonly event: EventEnvelope; readonly reason: StuckReason } | undefined {
  const stuck = events.flatMap((event) => {
    const reaction = reactTo(definition, state, eventInput(event));
    return reaction.outcome === 'stuck' ? [{ event, reason: reaction.reason }] : [];
  });
  return stuck.find(({ reason }) => reason.code === reactionFailed) ?? stuck[0];
}
