import type { DomainEvent } from '@tidemark/kernel';
import {
  aggregateOf as definedAggregate,
  defineBy,
  type DefiningClass,
  type FieldsOf,
} from '../definitions/definition-of';
import { defineCommand, type CommandDefinition } from '../definitions/define-command';
import { compileAggregate, type ClassAggregate } from './compile-aggregate';
import type { EventType } from './messages';

/** What of a value JSON does not keep; `never` if it keeps all. */
type NotJson<Value> = Value extends string | number | boolean | null | undefined
  ? never
  : Value extends readonly (infer Item)[]
    ? NotJson<Item>
    : Value extends bigint | symbol | Date | ReadonlyMap<unknown, unknown> | ReadonlySet<unknown>
      ? Value
      : Value extends (...args: never[]) => unknown
        ? Value
        : { [Field in keyof Value]-?: NotJson<Value[Field]> }[keyof Value];

/** The compiler shows this sentence at the class. */
type Serialisable<Instance> = [NotJson<FieldsOf<Instance>>] extends [never]
  ? unknown
  : { readonly 'a field can not be stored as JSON': NotJson<FieldsOf<Instance>> };

export interface EventSourcedOptions<Identifier extends string> {
  /**
   * The field of every event that names the aggregate. It is the partition key as well, unless `partitionBy` gives
   * another.
   */
  readonly identifier: Identifier;
  /** The classes of all events that streams of this type have or ever had. */
  readonly events: readonly EventType<Readonly<Record<Identifier, string>>>[];
  /** Gives the key that decides the partition of a new stream, from its first event. */
  readonly partitionBy?: (event: DomainEvent) => string;
  /** Raise it whenever the same events give other fields, so that old snapshots are ignored. 1 by default. */
  readonly stateVersion?: number;
}

/**
 * Makes an aggregate of the class. Its fields are the state, so JSON must keep them: use `private`, not `#`. Its
 * constructor takes no arguments and gives the state before the first event.
 *
 * @param streamType the published name of the streams, which never changes, whatever the name of the class is
 */
export function EventSourced<const Identifier extends string>(
  streamType: string,
  { identifier, events, partitionBy, stateVersion = 1 }: EventSourcedOptions<Identifier>,
) {
  const byIdentifier = ({ data }: DomainEvent) => (data as Readonly<Record<string, string>>)[identifier]!;
  return <Class extends new () => object>(
    definingClass: Class & Serialisable<InstanceType<Class>>,
    _context?: ClassDecoratorContext,
  ): void =>
    defineBy(definingClass, () => ({
      aggregate: compileAggregate(definingClass, {
        streamType,
        events,
        partitionKeyOf: partitionBy ?? byIdentifier,
        stateVersion,
      }),
    }));
}

/**
 * The aggregate that the class defines, as `TidemarkModule.forFeature`, repositories and tests take it.
 *
 * @throws NoDefinitionError, HandlerTakenError, EventNotHandledError, EventNotListedError
 */
export function aggregateOf(definingClass: DefiningClass): ClassAggregate {
  return definedAggregate(definingClass) as ClassAggregate;
}

/**
 * The commands of the class, for `commands` of `TidemarkModule.forFeature`: processes may send them. Throws what
 * `aggregateOf` throws.
 */
export function commandsOf(definingClass: DefiningClass): readonly CommandDefinition[] {
  const aggregate = aggregateOf(definingClass);
  return aggregate.commands.map(({ command: { name, schema, target }, prototype }) =>
    defineCommand(aggregate, name, {
      schema,
      id: (data) => (data as Readonly<Record<string, string>>)[target]!,
      decide: (data, state) =>
        aggregate.decide(Object.assign(Object.create(prototype) as object, data))(state),
    }),
  ) as readonly CommandDefinition[];
}
