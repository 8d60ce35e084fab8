/** The part of TypeORM's `QueryRunner` that migrations use. */
export interface MigrationConnection {
  query(statement: string): Promise<unknown>;
}

/**
 * One step of a schema, in plain SQL. The name of the class ends in the time, in milliseconds, that gives the step its
 * place among the others. Such a class is a migration of TypeORM too, so an application that runs its own migrations
 * with TypeORM can run these with them.
 */
export interface Migration {
  up(connection: MigrationConnection): Promise<void>;
  down(connection: MigrationConnection): Promise<void>;
}

export type MigrationClass = new () => Migration;

/**
 * The place of a migration among the others, by TypeORM's rule: the last 13 digits of its name.
 *
 * @throws RangeError if the name does not end in a time
 */
export function timeOf({ name }: MigrationClass): number {
  const digits = /\d{13}$/.exec(name)?.[0];
  if (!digits) {
    throw new RangeError(
      `the name of the migration ${name} does not end in a time in milliseconds (13 digits)`,
    );
  }
  return Number(digits);
}
