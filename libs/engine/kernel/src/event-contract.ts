import type { ZodType, z } from 'zod';
import type { DomainEvent } from './envelope';
import { ContractViolationError, NewerSchemaVersionError, UnknownEventTypeError } from './errors';

type Upcaster = (data: never) => unknown;

/**
 * The published shape of one event type: a schema per version, oldest first, and for each step the upcaster that lifts
 * a payload by one version. Published versions never change; only new versions are added.
 */
export interface EventContract<Type extends string = string, Data = unknown> {
  readonly type: Type;
  readonly schemas: readonly [...ZodType[], ZodType<Data>];
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
  next<Schema extends ZodType, const Lifted extends DeepReadonly<z.output<Schema>>>(
    schema: Schema,
    upcast: (data: Data) => Lifted & NoOtherKeys<Lifted, z.output<Schema>>,
  ): EventVersion<Type, z.output<Schema>>;
}

/** Publishes version 1 of an event. */
export function defineEvent<Type extends string, Schema extends ZodType>(
  type: Type,
  schema: Schema,
): EventVersion<Type, z.output<Schema>> {
  return publish(type, [schema as ZodType<z.output<Schema>>], []);
}

function publish<Type extends string, Data>(
  type: Type,
  schemas: readonly [...ZodType[], ZodType<Data>],
  upcasters: readonly Upcaster[],
): EventVersion<Type, Data> {
  return {
    type,
    schemas,
    upcasters,
    next: (schema, upcast) =>
      publish(type, [...schemas, schema as ZodType<z.output<typeof schema>>], [...upcasters, upcast]),
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
    const parsed = schema.safeParse(event.data);
    if (!parsed.success) {
      throw new ContractViolationError(event.type, parsed.error);
    }
    return { type: event.type, schemaVersion: contract.schemas.length, data: parsed.data };
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
