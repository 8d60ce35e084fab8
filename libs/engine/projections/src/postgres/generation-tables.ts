import type { z } from 'zod';
import type { ProjectedDocument } from '../projection';
import type { ReadModel } from '../read-model/define-read-model';
import { reviverOf, type Reviver } from '../read-model/field-kinds';
import { GenerationTable } from './generation-table';
import { identifier } from './identifiers';
import { readModelsSchema } from './migrate-read-models';

/** A document as it comes from its table. */
interface Row extends ProjectedDocument {
  readonly document: object;
}

/** A generation as statements use it. */
export interface StoredGeneration {
  readonly definition: GenerationTable;
  readonly table: string;
  readonly entries: string | undefined;
  /** The columns that `documentOf` takes. */
  readonly selected: string;
  documentOf(row: Row): ProjectedDocument;
  field(path: string): string;
}

/** The tables of the generations of these read models. */
export class GenerationTables {
  private readonly readModels: ReadonlyMap<string, ReadModel>;
  private readonly known = new Map<string, StoredGeneration>();

  constructor(readModels: readonly ReadModel[]) {
    this.readModels = new Map(readModels.map((readModel) => [readModel.name, readModel]));
  }

  /**
   * @param generation its name, `<read model>_v<version>_g<n>`
   * @throws TypeError when it belongs to none of the read models
   */
  of(generation: string): StoredGeneration {
    const readModel = this.readModels.get(generation.replace(/_v\d+_g\d+$/, ''));
    if (!readModel) {
      throw new TypeError(`${generation} belongs to no known read model`);
    }
    const known = this.known.get(generation) ?? storedAs(new GenerationTable(readModel, generation));
    this.known.set(generation, known);
    return known;
  }

  define(readModel: ReadModel, generation: string): GenerationTable {
    return new GenerationTable(readModel, generation);
  }

  /** The tables of a generation of any release, as far as they exist. */
  namesOf(generation: string): readonly string[] {
    return [generation, `${generation}_entries`].map((name) => `${readModelsSchema}.${identifier(name)}`);
  }
}

function storedAs(definition: GenerationTable): StoredGeneration {
  const { table, entries, readModel } = definition;
  const revive = reviverOf(readModel.schema as z.ZodType);
  return {
    definition,
    table,
    entries,
    selected: '_id, partition, position, document',
    documentOf: (row) => documentOf(row, revive),
    field: (path) => definition.field(path),
  };
}

function documentOf({ _id, partition, position, document }: Row, revive?: Reviver): ProjectedDocument {
  return { _id, partition, position, ...((revive?.(document) ?? document) as object) };
}
