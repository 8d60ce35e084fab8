import type { Aggregate } from '@tidemark/kernel';
import type { ModelProjection } from '@tidemark/projections';
import { NoDefinitionError } from '../errors';

/** The definition that a decorator of `@tidemark/nestjs/class-style` gives a class. */
export interface ClassDefinition {
  readonly aggregate?: Aggregate;
  readonly projection?: ModelProjection;
}

/** A class that may have a definition. Its type does not show whether a decorator has given it one. */
export type DefiningClass<Instance extends object = object> = abstract new () => Instance;

/** The data fields of a class: what is left of an instance in a snapshot. */
export type FieldsOf<Instance> = {
  readonly [
    Field in keyof Instance as Instance[Field] extends (...args: never[]) => unknown ? never : Field
  ]: Instance[Field];
};

const DEFINITION = Symbol.for('tidemark.definition');

/** Gives the class its definition, which is computed when it is first asked for. Subclasses do not inherit it. */
export function defineBy(definingClass: object, definition: () => ClassDefinition): void {
  let known: ClassDefinition | undefined;
  Object.defineProperty(definingClass, DEFINITION, { get: () => (known ??= definition()) });
}

/**
 * The aggregate itself, or the aggregate that a class defines.
 *
 * @throws NoDefinitionError, and the refusals of a class whose handlers contradict each other
 */
export function aggregateOf(given: Aggregate | DefiningClass): Aggregate {
  return typeof given === 'function' ? required(given, 'aggregate') : given;
}

/** The same for projections. */
export function projectionOf(given: ModelProjection | DefiningClass): ModelProjection {
  return typeof given === 'function' ? required(given, 'projection') : given;
}

function required<Kind extends keyof ClassDefinition>(
  definingClass: DefiningClass,
  kind: Kind,
): NonNullable<ClassDefinition[Kind]> {
  const definition = Object.hasOwn(definingClass, DEFINITION)
    ? (definingClass as unknown as { readonly [DEFINITION]: ClassDefinition })[DEFINITION][kind]
    : undefined;
  if (!definition) {
    throw new NoDefinitionError(definingClass.name, kind);
  }
  return definition;
}
