import type { ProjectedDocument } from '../projection';
import type { ReadModel } from '../read-model/define-read-model';
import type { EntryOf, Tally } from '../tally/define-tally';

export type FieldValue = string | number | boolean | Date;

/** What the value of a field must meet. Texts are in the order of their code points. */
export type Comparison =
  | { readonly eq: FieldValue }
  /** One of these; none meets an empty list. */
  | { readonly in: readonly string[] }
  /** Begins with this text. */
  | { readonly startsWith: string }
  | Range;

/** Between these bounds, as far as they are given. */
export interface Range {
  readonly gt?: FieldValue;
  readonly gte?: FieldValue;
  readonly lt?: FieldValue;
  readonly lte?: FieldValue;
}

/** The paths of the fields that documents can be found by: dotted for fields of fields. */
export type FieldPath<Document> = {
  [Name in keyof Document & string]: NonNullable<Document[Name]> extends FieldValue
    ? Name
    : NonNullable<Document[Name]> extends readonly unknown[]
      ? never
      : `${Name}.${keyof NonNullable<Document[Name]> & string}`;
}[keyof Document & string];

/** Conditions on fields, all of which a document must meet. */
export type Conditions<Field extends string = string> = { readonly [Path in Field]?: Comparison };

/** Documents with these ids that also meet the conditions. */
export interface LookUp {
  readonly ids: readonly string[];
  readonly where: Conditions;
}

export interface SortOrder {
  readonly field: string;
  readonly direction: 1 | -1;
}

export interface PageQuery {
  /** All of these must be met. */
  readonly where: readonly Conditions[];
  /** Documents with the same value are in order of their ids, in the same direction. */
  readonly order: SortOrder;
  /** Where the page before ended: the value of `order.field`, and the id. */
  readonly after?: { readonly key: FieldValue; readonly id: string };
  readonly limit: number;
}

export interface SumsQuery<Of extends Tally = Tally, By extends keyof EntryOf<Of> & string = string> {
  /** Conditions on the fields of an entry. */
  readonly where: Conditions<keyof EntryOf<Of> & string>;
  /** Entries that agree in these fields are added up. */
  readonly groupBy: readonly By[];
  /** The fields of `groupBy` and the sums to sort by, the most significant first; unsorted by default. */
  readonly sort?: Readonly<Record<string, 1 | -1>>;
  /** All rows by default. */
  readonly limit?: number;
}

/** One row of the answer: the fields that it was grouped by, and the sums. */
export type SumsRow<Of extends Tally, By extends keyof EntryOf<Of> & string> = Pick<
  EntryOf<Of>,
  By | Extract<Of['sums'][number], keyof EntryOf<Of>>
>;

export interface QueryOptions {
  /** The server ends a query that takes longer, in milliseconds. */
  readonly timeLimitMs: number;
}

/**
 * Reads of the documents of a generation, for any store. Every value in a query is compared, and never part of a
 * statement. All methods throw the driver's own errors.
 */
export interface ReadModelQueries {
  /** Documents that one of the look-ups finds, in any order, once each. */
  find(
    readModel: ReadModel,
    generation: string,
    lookUps: readonly LookUp[],
  ): Promise<readonly ProjectedDocument[]>;

  /**
   * A part of a list, by key. Unlike an offset, a key neither repeats nor skips a document when others are inserted or
   * deleted between two pages. Every page costs the same.
   */
  page(readModel: ReadModel, generation: string, query: PageQuery): Promise<readonly ProjectedDocument[]>;

  /** Adds up what counts in all partitions. Groups whose entries were all taken back are left out. */
  addUp<Of extends Tally, By extends keyof EntryOf<Of> & string>(
    tally: Of,
    generation: string,
    query: SumsQuery<Of, By>,
  ): Promise<readonly SumsRow<Of, By>[]>;
}

/** No text with a prefix sorts after the prefix followed by this, the last code point. */
export const lastCodePoint = '\u{10ffff}';
