/** The result of a command: for programs, for people, and whether it needs attention. */
export interface Report {
  readonly json: unknown;
  readonly text: string;
  /** If true, the program exits with code 1. `false` by default. */
  readonly isTrouble?: boolean;
}

/** A table with columns as wide as their widest cell. The first row is the heading. */
export function columns(rows: readonly (readonly (string | number)[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => String(row[column]).length)));
  const line = (row: readonly (string | number)[]) =>
    row
      .map((cell, column) => String(cell).padEnd(widths[column]!))
      .join('  ')
      .trimEnd();
  return rows.map(line).join('\n');
}

/** One item, with one field per line. */
export function fields(item: object): string {
  const shown = Object.entries(item).map(([name, value]) => [
    name,
    typeof value === 'object' ? JSON.stringify(value) : String(value),
  ]);
  return columns(shown as [string, string][]);
}
