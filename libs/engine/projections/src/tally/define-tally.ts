import { z } from 'zod';
import type { ProjectedDocument } from '../projection';
import { defineReadModel, type ReadModel, type ReadModelDefinition } from '../read-model/define-read-model';

/** An entry that an event adds: the values of `by` (see `TallyDefinition`), and the amounts. */
export type TallyEntry = Readonly<Record<string, string | number>>;

/**
 * A document of a tally, in one partition. It adds up all entries of the partition that agree in the values of `by`. Or
 * it keeps the entries of one source, so that they can be taken back.
 */
export interface TallyDocument<Entry extends TallyEntry = TallyEntry> extends ProjectedDocument {
  /** What counts. Entries that were taken back are here as negative entries. */
  readonly entries: readonly Entry[];
  /**
   * The entries that the source has added, until they are taken back. They do not count here, because they count in the
   * documents to which they were added.
   */
  readonly held?: readonly Entry[];
}

/**
 * A read model across partitions: sums of the amounts that events of all partitions add. Each partition keeps documents
 * of its own, so that every document has one writer and one order of events. The sums of all partitions are added up
 * when they are read, so the order between partitions does not matter.
 */
export interface Tally<
  Name extends string = string,
  Entry extends TallyEntry = TallyEntry,
  Sum extends string = string,
> extends ReadModel<Name, TallyDocument<Entry>> {
  /** The fields that identify an entry. */
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

/** Declares a tally once. `indexes` are on fields of its entries. */
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

export function isTally(readModel: ReadModel): readModel is Tally {
  return 'by' in readModel && 'sums' in readModel;
}
