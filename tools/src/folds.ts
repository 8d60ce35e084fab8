import { readRecords, recorded, writeRecords } from './folds/fold-records';
import { folds } from './folds/folds';
import { sampleLines } from './folds/sample-log';

/** Adds the digests of new versions to fold-records.jsonl, and reports contradictions to the recorded ones. */
try {
  writeRecords(recorded(readRecords(), folds, sampleLines()));
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
