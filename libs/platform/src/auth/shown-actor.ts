import { PROCESS_ACTOR_PREFIX } from '@tidemark/kernel';
import { hasRole, type Caller } from './caller';

/**
 * The actor of an event as far as the caller may know it. Operators see every subject. A customer sees its own subject
 * and the names of processes. Every other subject is shown as `staff`, even another subject of the same customer.
 */
export function shownActor(caller: Caller, actor: string): string {
  const isKnown = actor === caller.subject || actor.startsWith(PROCESS_ACTOR_PREFIX);
  return isKnown || hasRole(caller, 'operator') ? actor : 'staff';
}
