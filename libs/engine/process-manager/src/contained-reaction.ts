import type { EventEnvelope } from '@tidemark/kernel';
import { eventInput } from './input';
import type { ProcessDefinition, ProcessInput } from './process-definition';
import type { Reaction, StuckReason } from './reaction';
import { failureOf, reactionFailed } from './stuck-reasons';

/** What the process answers. A bug in it must hold up one instance, not the partition that it shares with others. */
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

/**
 * Why the instance waits for a person in this state, if it does; also where the process can't say what the state is.
 */
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
    if (reaction.outcome === 'stuck' && reaction.reason.code === reactionFailed) {
      return undefined;
    }
  }
  return undefined;
}

/** Of these events that the state can't take, the oldest that the process throws at, or else the oldest; and why. */
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
