import { InstanceRun, type ProcessDefinition } from '@tidemark/process-manager';
import { ProcessStory, type ToldInput } from '@tidemark/process-manager/testing';

/**
 * A test of one instance of a process: `given(bonus, 'A1', opened).when(deposited).then('give_bonus')`. Afterwards,
 * `state`, `status` and `timers` of the story show the result. A mismatch throws `AssertionError`, under any test
 * runner.
 *
 * The instance's code is the engine's own, so early events are deferred, and a reaction that throws makes the instance
 * stuck.
 *
 * @param inputs what has happened so far, in order
 * @throws AssertionError if an operator's request is not possible, or a timer is not set
 */
export function given<State>(
  definition: ProcessDefinition<State>,
  instanceId: string,
  ...inputs: readonly ToldInput[]
): ProcessStory<State> {
  return new ProcessStory(InstanceRun.start(definition, instanceId)).given(...inputs);
}
