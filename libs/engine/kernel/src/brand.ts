declare const brand: unique symbol;

/** A `Base` that only the parser of `Name` can create, so that two ids of the same shape can't be swapped. */
export type Brand<Base, Name extends string> = Base & { readonly [brand]: Name };
