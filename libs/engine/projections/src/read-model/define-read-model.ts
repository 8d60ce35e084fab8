import type { Document as MongoDocument, IndexDescription } from 'mongodb';
import { z } from 'zod';
import type { ProjectedDocument } from '../projection';
import { validatorOf } from './validator-of';

/** Field paths and their directions. */
type IndexKeys = Readonly<Record<string, 1 | -1>>;

export interface ReadModelDefinition<Name extends string, Fields extends z.ZodRawShape> {
  /** Published: routes of operators and metrics carry it. */
  readonly name: Name;
  /** Without those of `ProjectedDocument`, which every read model has. Optional fields are absent, never null. */
  readonly fields: Fields;
  /** By name. Each ends in `_id` by itself, so that pages are cut without a sort where documents share a value. */
  readonly indexes?: Readonly<Record<string, IndexKeys>>;
}

/** A kind of documents: what a projection writes and queries read. `DocumentOf` is their type. */
export interface ReadModel<
  Name extends string = string,
  Document extends ProjectedDocument = ProjectedDocument,
> {
  readonly name: Name;
  readonly schema: z.ZodType<Document>;
  readonly indexes: readonly IndexDescription[];
  /** For `$jsonSchema`: MongoDB refuses documents of another shape, and unknown fields. */
  readonly validator: MongoDocument;
}

export type DocumentOf<Model extends ReadModel> = z.output<Model['schema']>;

/** What a schema describes, without a way to change it. */
type Immutable<Value> = Value extends string | number | boolean | Date | null | undefined
  ? Value
  : { readonly [Key in keyof Value]: Immutable<Value[Key]> };

/** `position` may lie between two whole numbers. */
const kept = { _id: z.string(), partition: z.number().min(0), position: z.number().min(0) };

/**
 * The runner writes with the filter `{ _id, position }`. MongoDB answers it from the index on `_id` alone.
 * mongo-java-server, the local stand-in, uses an index only when its keys are exactly the filter's. Without this
 * index it scans: 250 writes a second at 20,000 documents, against 28,000.
 */
const guardIndex: IndexDescription = { name: 'id_position', key: { _id: 1, position: 1 }, unique: true };

/** How a partition's documents are counted, compared with the log, and sampled. */
const partitionIndex: IndexDescription = { name: 'partition', key: { partition: 1, _id: 1 } };

/**
 * Declares a read model once: its documents' type, MongoDB's validator and the indexes follow from the definition.
 *
 * @throws TypeError when a field's schema says what MongoDB's validators can't check
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
