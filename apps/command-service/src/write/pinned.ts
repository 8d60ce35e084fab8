import { refuse, type Decision } from '@tidemark/kernel';

type Decide<State, Event> = (state: State, version: number) => Decision<Event>;

/**
 * Lets a decision hold only at the version that the caller pinned. `version_mismatch` comes before every answer except
 * `not_found`.
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
      : refuse('version_mismatch', `the current version is ${version}, not ${expectedVersion}`);
  };
}
