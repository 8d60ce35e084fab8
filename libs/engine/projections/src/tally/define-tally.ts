import { z } from 'zod';
import type { ProjectedDocument } from '../projection';
import { defineReadModel, type ReadModel, type ReadModelDefinition } from '../read-model/define-read-model';

/** What an event adds: the values of `by` (see `TallyDefinition`), and the amounts. */
export type TallyEntry = Readonly<Record<string, string | number>>;

/**
 * A document of a tally, in one partition. It adds up all entries of the partition that agree in the values of `by`, or
 * it remembers the entries of one source, so that they can be taken back.
 */
export interface TallyDocument<Entry extends TallyEntry = TallyEntry> extends ProjectedDocument {
  /** What counts. Entries that were taken back are here as well, negative. */
  readonly entries: readonly Entry[];
  /** What the source has added, until it is taken back. It is not counted here, but where it was added. */
  readonly held?: readonly Entry[];
}

/**
 * A read model across partitions: sums of what events add, whichever partition they lie in. Each partition keeps
 * documents of its own, so that every document has one writer and one order of events. The sums of all partitions are
 * added up when they are read; the order in which partitions go on makes no difference.
 */
export interface Tally<
  Name extends string = string,
  Entry extends TallyEntry = TallyEntry,
  Sum extends string = string,
> extends ReadModel<Name, TallyDocument<Entry>> {
  /** The fields that tell entries apart. */
  readonly by: readonly string[];
  readonly sums: readonly Sum[];
}

export type EntryOf<Of extends Tally> = Of extends Tally<string, infer Entry> ? Entry : never;

export interface TallyDefinition<
  Name extends string,
  By extends z.ZodRawShape,
  Sum extends string,
> extends Pick<ReadModelDefinition<Name, By>, 'name' | 'indexes'> {
  /** The fields by which entries are added up: one sum per combination of their values. */
  readonly by: By;
  /** The amounts that are added up. */
  readonly sums: readonly Sum[];
}

/** Declares a tally once; `indexes` are on fields of its entries. */
export function defineTally<const Name extends string, By extends z.ZodRawShape, const Sum extends string>({
  name,
  by,
  sums,
  indexes = {},
}: TallyDefinition<Name, By, Sum>): Tally<
  Name,
  Readonly<z.output<z.ZodObject<By>> & Record<Sum, number>>,
  Sum
> {
  const entries = z.array(
    z.strictObject({ ...by, ...Object.fromEntries(sums.map((sum) => [sum, z.number()])) }),
  );
  const { schema, ...readModel } = defineReadModel({
    name,
    fields: { entries, held: entries.optional() },
    indexes: Object.fromEntries(
      Object.entries(indexes).map(([index, keys]) => [
        index,
        Object.fromEntries(Object.entries(keys).map(([field, direction]) => [`entries.${field}`, direction])),
      ]),
    ),
  });
  return { ...readModel, schema: schema as never, by: Object.keys(by), sums };
}
