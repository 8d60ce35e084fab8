import { joinPathFragments, type Tree } from '@nx/devkit';
import { aggregatesIn, declaredEvents } from '../code/aggregate-code';
import { parse } from '../code/edit';
import type { Name } from '../code/name';

/**
 * An event's name is published, so an application has it once.
 *
 * @param src the folder that has the folders of aggregates
 * @throws Error if an aggregate has an event of this name
 */
export function requireNewEvent(tree: Tree, src: string, event: Name): void {
  for (const aggregate of aggregatesIn(tree, src)) {
    const file = joinPathFragments(src, aggregate, 'events.ts');
    if (declaredEvents(parse(tree, file)).some(({ name }) => name.className === event.className)) {
      throw new Error(`${file} has an event "${event.className}" already. Choose another name.`);
    }
  }
}
