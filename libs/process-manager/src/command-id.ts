import { v5 } from 'uuid';

/** Published with the first release: another value would make every resent command a new one. */
const namespace = '7c0c55a5-8f4e-5d0b-9a55-3f0e6c9d2b61';

/**
 * The id of a step's command: the same for the same process, instance and step, for ever. So a command that is sent
 * again, by whichever replica, is absorbed by the write side.
 */
export function commandIdOf(process: string, instanceId: string, step: string): string {
  return v5(JSON.stringify([process, instanceId, step]), namespace);
}
