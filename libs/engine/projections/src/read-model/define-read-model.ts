import type { Document as MongoDocument, IndexDescription } from 'mongodb';
import { z } from 'zod';
import type { ProjectedDocument } from '../projection';
import { validatorOf } from './validator-of';

/** Field paths and their directions. */
type IndexKeys = Readonly<Record<string, 1 | -1>>;

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
  readonly indexes: readonly IndexDescription[];
  /** The validator for `$jsonSchema`: MongoDB refuses documents of another shape, and unknown fields. */
  readonly validator: MongoDocument;
}

export type DocumentOf<Model extends ReadModel> = z.output<Model['schema']>;

/** The type that a schema describes, as read-only. */
type Immutable<Value> = Value extends string | number | boolean | Date | null | undefined
  ? Value
  : { readonly [Key in keyof Value]: Immutable<Value[Key]> };

/** `position` may lie between two whole numbers. */
const kept = { _id: z.string(), partition: z.number().min(0), position: z.number().min(0) };

/**
 * The runner writes with the filter `{ _id, position }`. MongoDB answers it from the index on `_id` alone. The local
 * stand-in, mongo-java-server, uses an index only if the index has exactly the filter's keys. Without this index it
 * scans, and makes 250 writes a second at 20,000 documents, against 28,000 with it.
 */
const guardIndex: IndexDescription = { name: 'id_position', key: { _id: 1, position: 1 }, unique: true };

/** The index by which a partition's documents are counted, compared with the log, and sampled. */
const partitionIndex: IndexDescription = { name: 'partition', key: { partition: 1, _id: 1 } };

/**
 * Declares a read model once: its documents' type, MongoDB's validator and the indexes follow from the definition.
 *
 * @throws TypeError when a field's schema has a rule that MongoDB's validators can't check
 */
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
    indexes: [
      guardIndex,
      partitionIndex,
      ...Object.entries(indexes).map(([index, keys]) => ({ name: index, key: endingInId(keys) })),
    ],
    validator: validatorOf(schema),
  };
}

function endingInId(keys: IndexKeys): IndexKeys {
  return { ...keys, _id: Object.values(keys).at(-1) ?? 1 };
}
