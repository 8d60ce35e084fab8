import { z } from 'zod';
import type { ProjectedDocument } from '../projection';

/** Field paths and their directions. */
export type IndexKeys = Readonly<Record<string, 1 | -1>>;

export interface ReadModelDefinition<Name extends string, Fields extends z.ZodRawShape> {
  /** The published name. Routes for operators and metrics contain it. */
  readonly name: Name;
  /**
   * The fields of a document, without the fields of `ProjectedDocument`, which every read model has. Optional fields
   * are absent, never null.
   */
  readonly fields: Fields;
  /** By name. The indexes. `_id` is added to the end of each, so that pages need no sort if documents share a value. */
  readonly indexes?: Readonly<Record<string, IndexKeys>>;
}

/** A kind of documents that a projection writes and queries read. `DocumentOf` gives their type. */
export interface ReadModel<
  Name extends string = string,
  Document extends ProjectedDocument = ProjectedDocument,
> {
  readonly name: Name;
  readonly schema: z.ZodType<Document>;
  /** By name. Each ends in `_id`. */
  readonly indexes: Readonly<Record<string, IndexKeys>>;
}

export type DocumentOf<Model extends ReadModel> = z.output<Model['schema']>;

/** The type that a schema describes, as read-only. */
type Immutable<Value> = Value extends string | number | boolean | Date | null | undefined
  ? Value
  : { readonly [Key in keyof Value]: Immutable<Value[Key]> };

/** `position` may lie between two whole numbers. */
const kept = { _id: z.string(), partition: z.number().min(0), position: z.number().min(0) };

/** Declares a read model once: its documents' type and shape, and the indexes of its generations in every store. */
export function defineReadModel<const Name extends string, Fields extends z.ZodRawShape>({
  name,
  fields,
  indexes = {},
}: ReadModelDefinition<Name, Fields>): ReadModel<
  Name,
  ProjectedDocument & Immutable<z.output<z.ZodObject<Fields>>>
> {
  const schema = z.strictObject({ ...fields, ...kept });
  return {
    name,
    schema: schema as never,
    indexes: Object.fromEntries(Object.entries(indexes).map(([index, keys]) => [index, endingInId(keys)])),
  };
}

function endingInId(keys: IndexKeys): IndexKeys {
  return { ...keys, _id: Object.values(keys).at(-1) ?? 1 };
}
