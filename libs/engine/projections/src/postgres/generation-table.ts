import { escapeLiteral } from 'pg';
import type { z } from 'zod';
import type { ReadModel } from '../read-model/define-read-model';
import { kindOf, type FieldKind } from '../read-model/field-kinds';
import { isTally } from '../tally/define-tally';
import { identifier, shortened } from './identifiers';
import { readModelsSchema } from './migrate-read-models';

export interface Column {
  readonly name: string;
  /** Quoted. */
  readonly sql: string;
  /** The column's type and, for a generated column, its expression. */
  readonly definition: string;
}

export interface Index {
  readonly name: string;
  /** Quoted, with the schema. */
  readonly table: string;
  /** Columns and directions. */
  readonly keys: string;
}

const types: Readonly<Record<FieldKind, string>> = {
  // In the order of code points, as strings are compared elsewhere; so an index also finds prefixes.
  text: 'text COLLATE "C"',
  number: 'double precision',
  boolean: 'boolean',
  date: 'timestamptz',
};

/** The columns that every read model has. The document holds all other fields. */
const kept = new Set(['_id', 'partition', 'position']);

/**
 * How a generation of a read model is stored. Each field of a declared index is a generated column. An index on an
 * expression over the document would have to be written again with every change of the document. With a column,
 * Postgres sees that the field is the same, and leaves the indexes alone (a heap-only update).
 *
 * A tally has a second table with its entries, one row each, because no index of Postgres finds a document by a range
 * among the elements of an array.
 */
export class GenerationTable {
  readonly table: string;
  /** Of a tally. */
  readonly entries: string | undefined;
  readonly columns: readonly Column[];
  readonly entryColumns: readonly Column[];
  readonly indexes: readonly Index[];

  constructor(
    readonly readModel: ReadModel,
    readonly generation: string,
  ) {
    this.table = inSchema(generation);
    this.entries = isTally(readModel) ? inSchema(`${generation}_entries`) : undefined;
    this.columns = this.entries ? [] : this.generatedColumns();
    this.entryColumns = isTally(readModel) ? this.columnsOfEntries(readModel) : [];
    this.indexes = [...this.runnersIndexes(), ...this.declaredIndexes()];
  }

  /** The value of a field in SQL, so that an index on it is used. */
  field(path: string): string {
    const column = this.columns.find(({ name }) => name === path);
    return kept.has(path) ? identifier(path) : (column?.sql ?? valueIn('document', path, this.kindOf(path)));
  }

  /** The value of an entry's field, as a column of the table of entries. */
  entryField(field: string): string {
    return this.entryColumns.find(({ name }) => name === field)!.sql;
  }

  /** The value of an entry's field, taken from the entry in the document. */
  entryValue(entry: string, field: string): string {
    return valueIn(entry, field, this.kindOf(`entries.${field}`));
  }

  kindOf(path: string): FieldKind {
    return kindOf(this.readModel.schema as z.ZodType, path);
  }

  private generatedColumns(): Column[] {
    const paths = new Set(Object.values(this.readModel.indexes).flatMap((keys) => Object.keys(keys)));
    return [...paths]
      .filter((path) => !kept.has(path))
      .map((path) => {
        const kind = this.kindOf(path);
        const definition = `${types[kind]} GENERATED ALWAYS AS (${valueIn('document', path, kind)}) STORED`;
        return { name: path, sql: identifier(path), definition };
      });
  }

  private columnsOfEntries({
    by,
    sums,
  }: {
    readonly by: readonly string[];
    readonly sums: readonly string[];
  }) {
    return [...by, ...sums].map((name): Column => {
      return { name, sql: identifier(name), definition: types[this.kindOf(`entries.${name}`)] };
    });
  }

  private runnersIndexes(): Index[] {
    const { table, entries, generation } = this;
    const partition = { name: shortened(`${generation}_partition`), table, keys: 'partition, _id' };
    const source = entries && { name: shortened(`${generation}_source`), table: entries, keys: '_id' };
    return source ? [partition, source] : [partition];
  }

  private declaredIndexes(): Index[] {
    return Object.entries(this.readModel.indexes).map(([name, keys]) => ({
      name: shortened(`${this.generation}_${name}`),
      table: this.entries ?? this.table,
      keys: Object.entries(keys)
        .map(([path, direction]) => `${this.indexed(path)} ${direction === 1 ? 'ASC' : 'DESC'}`)
        .join(', '),
    }));
  }

  private indexed(path: string): string {
    return this.entries ? identifier(path.replace(/^entries\./, '')) : this.field(path);
  }
}

/** The value at a path of a `jsonb` expression, in the type that the field is compared in. */
export function valueIn(json: string, path: string, kind: FieldKind): string {
  const text = `(${json} #>> ${escapeLiteral(`{${path.replaceAll('.', ',')}}`)})`;
  switch (kind) {
    case 'text':
      return `${text} COLLATE "C"`;
    case 'number':
      return `${text}::double precision`;
    case 'boolean':
      return `${text}::boolean`;
    case 'date':
      return `${readModelsSchema}.instant${text}`;
  }
}

function inSchema(name: string): string {
  return `${readModelsSchema}.${identifier(name)}`;
}
