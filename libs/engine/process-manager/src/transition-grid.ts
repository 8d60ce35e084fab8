/**
 * The mark of an input in a step. `x`: the step reacts. `.`: the step ignores the input. `>`: the input came early and
 * waits. `!`: the input must not happen, and the instance gets stuck.
 */
export type Cell = 'handled' | 'ignored' | 'deferred' | 'stuck';

const cells: Readonly<Record<string, Cell>> = {
  x: 'handled',
  '.': 'ignored',
  '>': 'deferred',
  '!': 'stuck',
};

export interface TransitionGrid {
  /** The columns as the header names them. */
  readonly columns: readonly string[];
  readonly rows: ReadonlyMap<string, readonly Cell[]>;
  /** The faults: repeated rows, rows of the wrong length, and unknown marks. */
  readonly faults: readonly string[];
}

/** Reads a grid: a line that names the columns, then a line per input with its name and a mark for each column. */
export function parseTransitionGrid(text: string): TransitionGrid {
  const [columns = [], ...lines] = text
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([first]) => first !== '');
  const rows = new Map<string, readonly Cell[]>();
  const faults: string[] = [];
  for (const [name, ...marks] of lines) {
    if (rows.has(name!)) {
      faults.push(`${name}: two rows`);
    }
    if (marks.length !== columns.length) {
      faults.push(`${name}: ${marks.length} marks for ${columns.length} columns`);
    }
    const unknown = marks.filter((mark) => !(mark in cells));
    if (unknown.length > 0) {
      faults.push(`${name}: unknown marks ${unknown.join(' ')}`);
    }
    rows.set(
      name!,
      marks.map((mark) => cells[mark]!),
    );
  }
  return { columns, rows, faults };
}
