import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { DomainEvent } from './envelope';
import { ContractViolationError, NewerSchemaVersionError, UnknownEventTypeError } from './errors';

type Upcaster = (data: never) => unknown;

/** A schema of any library that implements Standard Schema (https://standardschema.dev), such as zod or valibot. */
export type Schema<Data = unknown> = StandardSchemaV1<unknown, Data>;

type OutputOf<Of extends Schema> = StandardSchemaV1.InferOutput<Of>;

/**
 * The published shape of one event type: a schema per version, oldest first, and for each step the upcaster that lifts
 * a payload by one version. Published versions never change; only new versions are added.
 */
export interface EventContract<Type extends string = string, Data = unknown> {
  readonly type: Type;
  readonly schemas: readonly [...Schema[], Schema<Data>];
  readonly upcasters: readonly Upcaster[];
}

/** The event type that a contract describes, in its current version. */
export type EventOf<Contract> =
  Contract extends EventContract<infer Type, infer Data> ? DomainEvent<Type, Data> : never;

/** JSON data, read-only at every depth. */
type DeepReadonly<Data> = Data extends string | number | boolean | null | undefined
  ? Data
  : { readonly [Key in keyof Data]: DeepReadonly<Data[Key]> };

type KeysOf<Data> = Data extends unknown ? keyof Data : never;

/** Forbids keys that `Data` does not have, so a misspelt optional field does not compile. */
type NoOtherKeys<Lifted, Data> = Readonly<Record<Exclude<keyof Lifted, KeysOf<Data>>, never>>;

/** A contract that can be given its next version. */
export interface EventVersion<Type extends string = string, Data = unknown> extends EventContract<
  Type,
  Data
> {
  /**
   * Publishes the next version. `upcast` lifts a payload of the version before it. It compiles only if it gives every
   * field of the next version and no other field.
   *
   * The method is not called `then`: `await` and `async` would treat the contract as a promise and call it.
   */
  next<Next extends Schema, const Lifted extends DeepReadonly<OutputOf<Next>>>(
    schema: Next,
    upcast: (data: Data) => Lifted & NoOtherKeys<Lifted, OutputOf<Next>>,
  ): EventVersion<Type, OutputOf<Next>>;
}

/** Publishes version 1 of an event. */
export function defineEvent<Type extends string, First extends Schema>(
  type: Type,
  schema: First,
): EventVersion<Type, OutputOf<First>> {
  return publish(type, [schema as Schema<OutputOf<First>>], []);
}

function publish<Type extends string, Data>(
  type: Type,
  schemas: readonly [...Schema[], Schema<Data>],
  upcasters: readonly Upcaster[],
): EventVersion<Type, Data> {
  return {
    type,
    schemas,
    upcasters,
    next: (schema, upcast) =>
      publish(type, [...schemas, schema as Schema<OutputOf<typeof schema>>], [...upcasters, upcast]),
  };
}

/** A payload as it is stored, with the version of the schema under which it was written. */
export interface EncodedEvent {
  readonly type: string;
  readonly schemaVersion: number;
  readonly data: unknown;
}

/** Validates events on the way into the log and lifts old ones on the way out. */
export class EventCodec {
  private readonly contracts: ReadonlyMap<string, EventContract>;

  constructor(contracts: readonly EventContract[]) {
    this.contracts = new Map(contracts.map((contract) => [contract.type, contract]));
    if (this.contracts.size !== contracts.length) {
      const types = contracts.map((contract) => contract.type);
      const twice = types.find((type, index) => types.indexOf(type) !== index);
      throw new Error(`two contracts publish ${twice}`);
    }
  }

  /** @throws UnknownEventTypeError, ContractViolationError */
  encode(event: DomainEvent): EncodedEvent {
    const contract = this.contractOf(event.type);
    const schema = contract.schemas[contract.schemas.length - 1]!;
    const checked = schema['~standard'].validate(event.data);
    if (checked instanceof Promise) {
      throw new TypeError(
        `the schema of ${event.type} validates asynchronously; events need a synchronous schema`,
      );
    }
    if (checked.issues) {
      throw new ContractViolationError(event.type, checked.issues);
    }
    return { type: event.type, schemaVersion: contract.schemas.length, data: checked.value };
  }

  /**
   * Lifts a stored payload to the current version. Payloads were validated when they were written, so they are not
   * validated again.
   *
   * @throws UnknownEventTypeError, NewerSchemaVersionError
   */
  decode(stored: EncodedEvent): DomainEvent {
    const contract = this.contractOf(stored.type);
    const current = contract.schemas.length;
    if (stored.schemaVersion > current) {
      throw new NewerSchemaVersionError(stored.type, stored.schemaVersion, current);
    }
    const pending = contract.upcasters.slice(stored.schemaVersion - 1);
    return {
      type: stored.type,
      data: pending.reduce<unknown>((data, upcast) => upcast(data as never), stored.data),
    };
  }

  private contractOf(type: string): EventContract {
    const contract = this.contracts.get(type);
    if (!contract) {
      throw new UnknownEventTypeError(type);
    }
    return contract;
  }
}
