/** What a command has found: for programs, for people, and whether somebody should look at it. */
export interface Report {
  readonly json: unknown;
  readonly text: string;
  /** Ends the program with code 1. `false` by default. */
  readonly isTrouble?: boolean;
}

/** Columns as wide as their widest cell; the first row is the heading. */
export function columns(rows: readonly (readonly (string | number)[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => String(row[column]).length)));
  const line = (row: readonly (string | number)[]) =>
    row
      .map((cell, column) => String(cell).padEnd(widths[column]!))
      .join('  ')
      .trimEnd();
  return rows.map(line).join('\n');
}

/** One thing, a field per line. */
export function fields(item: object): string {
  const shown = Object.entries(item).map(([name, value]) => [
    name,
    typeof value === 'object' ? JSON.stringify(value) : String(value),
  ]);
  return columns(shown as [string, string][]);
}
