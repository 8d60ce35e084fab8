import { refuse, type Decision } from '@tidemark/kernel';

type Decide<State, Event> = (state: State, version: number) => Decision<Event>;

/**
 * Makes a decision hold only at the version that the caller pinned. What does not exist for the caller stays
 * `not_found`; before every other answer comes `version_mismatch`.
 */
export function pinned<State, Event>(
  expectedVersion: number | undefined,
  decide: Decide<State, Event>,
): Decide<State, Event> {
  return (state, version) => {
    const decision = decide(state, version);
    const hidden = decision.outcome === 'refused' && decision.refusal.code === 'not_found';
    return expectedVersion === undefined || expectedVersion === version || hidden
      ? decision
      : refuse('version_mismatch', `the version is ${version}, not ${expectedVersion}`);
  };
}
