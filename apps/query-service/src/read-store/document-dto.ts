import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import type { DocumentOf, ProjectedDocument, ReadModel } from '@tidemark/projections';
import { z } from 'zod';

/** The fields of a read model's documents besides those that every document has. */
type FieldOf<Model extends ReadModel> = Exclude<keyof DocumentOf<Model> & string, keyof ProjectedDocument>;

export interface DocumentDtoOptions<Id extends string, Field extends string, Internal extends Field> {
  /** What the answer calls the document's `_id`. */
  readonly id: Id;
  /** Fields that are not published. */
  readonly internal?: readonly Internal[];
  /** What the description of the API says of a field, besides its name, its kind and whether it is optional. */
  readonly describe?: { readonly [Name in Id | Exclude<Field, Internal>]?: ApiPropertyOptions };
}

interface DocumentDto<Document, Dto extends object> {
  new (): Dto;
  /** The published part of a document. */
  readonly of: (document: Document) => Dto;
}

/**
 * The class of an answer that shows a document: it publishes every field of the read model that is not internal. Extend
 * this class, because the description of the API shows the class's name.
 *
 * @throws TypeError for a field that is neither text, number, date nor enum, and for which `describe` has no type
 */
export function documentDto<
  Model extends ReadModel,
  const Id extends string,
  const Internal extends FieldOf<Model> = never,
>(
  { name, schema }: Model,
  { id, internal = [], describe }: DocumentDtoOptions<Id, FieldOf<Model>, Internal>,
): DocumentDto<
  DocumentOf<Model>,
  Readonly<Record<Id, string>> & Pick<DocumentOf<Model>, Exclude<FieldOf<Model>, Internal>>
> {
  const hidden = new Set<string>([...internal, '_id', 'partition', 'position']);
  const { shape } = schema as unknown as z.ZodObject<Readonly<Record<string, z.ZodType>>>;
  const fields = Object.keys(shape).filter((field) => !hidden.has(field));
  const described = describe as Readonly<Record<string, ApiPropertyOptions>> | undefined;

  class Dto {
    static readonly of = (document: object) => {
      const { _id, ...content } = document as Readonly<Record<string, unknown>>;
      const shown = fields.filter((field) => content[field] !== undefined);
      return { [id]: _id, ...Object.fromEntries(shown.map((field) => [field, content[field]])) };
    };
  }
  ApiProperty({ type: String, ...described?.[id] })(Dto.prototype, id);
  for (const field of fields) {
    const options = { ...kindOf(shape[field]!), ...described?.[field] } as ApiPropertyOptions;
    if (!('type' in options || 'enum' in options)) {
      throw new TypeError(`${name}.${field}: give its type in \`describe\``);
    }
    ApiProperty(options)(Dto.prototype, field);
  }
  return Dto as never;
}

function kindOf(schema: z.ZodType): ApiPropertyOptions {
  if (schema instanceof z.ZodOptional) {
    return { ...kindOf(schema.unwrap() as z.ZodType), required: false } as ApiPropertyOptions;
  }
  if (schema instanceof z.ZodEnum) {
    return { enum: schema.options };
  }
  const types = [
    [z.ZodString, String],
    [z.ZodNumber, Number],
    [z.ZodDate, Date],
  ] as const;
  const found = types.find(([kind]) => schema instanceof kind);
  return found ? { type: found[1] } : {};
}
