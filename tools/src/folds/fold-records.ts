import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { digest, type Fold } from './folds';
import { sampleLog } from './sample-log';

/** The digest of a fold's version after the first `events` events of the sample log. */
export interface FoldRecord {
  readonly fold: string;
  readonly version: number;
  readonly events: number;
  readonly digest: string;
}

const RECORD = 'run `npm run -s folds:record`';
const path = join(__dirname, 'fold-records.jsonl');

/** The recorded digests: an append-only history. */
export function readRecords(): readonly FoldRecord[] {
  const text = readFileSync(path, 'utf8').trim();
  return text === '' ? [] : text.split('\n').map((line) => JSON.parse(line) as FoldRecord);
}

export function writeRecords(records: readonly FoldRecord[]): void {
  writeFileSync(path, records.map((record) => `${JSON.stringify(record)}\n`).join(''));
}

/** The contradictions to the history, each with its remedy. They must be resolved before anything is recorded. */
export function contradictions(
  records: readonly FoldRecord[],
  folds: readonly Fold[],
  lines: readonly string[],
): readonly string[] {
  const log = logItself(lines);
  if (recordsOf(log, records).some(({ events, digest: before }) => before !== digestOfLines(lines, events))) {
    return [
      `${log.name}: recorded lines were changed or removed. Restore them, and append new lines instead`,
    ];
  }
  const events = sampleLog(lines);
  return folds.flatMap((fold) => {
    const { name, version, raise, changed } = fold;
    const history = recordsOf(fold, records);
    const newest = Math.max(0, ...history.map((record) => record.version));
    if (version < newest) {
      return [
        `${name}: version ${newest} was recorded already, so ${version} can't follow. Raise ${raise} beyond it`,
      ];
    }
    const isChanged = history.some(
      (record) =>
        record.version === version && record.digest !== fold.digestOf(events.slice(0, record.events)),
    );
    return isChanged
      ? [
          `${name}: version ${version} now ${changed}. If that is a mistake, ` +
            `undo it. If it is intended, raise ${raise}, so that stored results are computed again; then ${RECORD}`,
        ]
      : [];
  });
}

/** The records that are missing, starting with the sample log itself. */
export function missing(
  records: readonly FoldRecord[],
  folds: readonly Fold[],
  lines: readonly string[],
): readonly string[] {
  return unrecorded(records, folds, lines).map(
    ({ fold, version, events }) =>
      `${fold}: version ${version} with ${events} events is not recorded: ${RECORD}`,
  );
}

/**
 * The records, completed by the missing ones.
 *
 * @throws Error with all contradictions, if there are any
 */
export function recorded(
  records: readonly FoldRecord[],
  folds: readonly Fold[],
  lines: readonly string[],
): readonly FoldRecord[] {
  const faults = contradictions(records, folds, lines);
  if (faults.length > 0) {
    throw new Error(faults.join('\n'));
  }
  return [...records, ...unrecorded(records, folds, lines)];
}

/** New lines of the log don't affect many folds, whose records then stay valid. */
function unrecorded(
  records: readonly FoldRecord[],
  folds: readonly Fold[],
  lines: readonly string[],
): readonly FoldRecord[] {
  const events = sampleLog(lines);
  return [logItself(lines), ...folds]
    .map(({ name, version, digestOf }) => ({
      fold: name,
      version,
      events: lines.length,
      digest: digestOf(events),
    }))
    .filter((made) => !records.some((record) => isSame(record, made)));
}

function isSame(a: FoldRecord, b: FoldRecord): boolean {
  return a.fold === b.fold && a.version === b.version && a.digest === b.digest;
}

function recordsOf({ name }: Fold, records: readonly FoldRecord[]): readonly FoldRecord[] {
  return records.filter(({ fold }) => fold === name);
}

/** The log is recorded like the folds, so that a changed line is not mistaken for a changed fold. */
function logItself(lines: readonly string[]): Fold {
  return {
    name: 'sample-log.jsonl',
    version: 1,
    raise: '',
    changed: '',
    digestOf: (events) => digestOfLines(lines, events.length),
  };
}

function digestOfLines(lines: readonly string[], count: number): string {
  return digest(lines.slice(0, count).join('\n'));
}
