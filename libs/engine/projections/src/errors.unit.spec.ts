import type { Fault } from '@tidemark/kernel';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { logOf, weatherChanged } from './board.fixture';
import {
  DocumentMissingError,
  DocumentStoreUnavailableError,
  ForeignPartitionError,
  ForeignReadStoreError,
  InlineNotPreparedError,
  ProjectionFailedError,
  ReadStoreUnavailableError,
  TooManyRefoldsError,
} from './errors';
import * as errors from './errors';

const [event] = logOf([weatherChanged]);

const all: readonly Fault[] = [
  new DocumentStoreUnavailableError(new Error()),
  new DocumentMissingError('cards', event!),
  new ForeignPartitionError('cards', 'c1', 3, event!),
  new InlineNotPreparedError('cards_v1_g0'),
  new ProjectionFailedError('cards', event!, new Error()),
  new TooManyRefoldsError(7),
  new ReadStoreUnavailableError(new Error()),
  new ForeignReadStoreError('one', 'another'),
];

describe('errors', () => {
  it('are all known to this test', () => {
    expect(all.map((error) => error.name).sort()).toEqual(Object.keys(errors).sort());
  });

  it.each(all.map((error) => error.code))('%s is documented in the README', (code) => {
    expect(readFileSync(join(__dirname, '../README.md'), 'utf8')).toContain(`\`${code}\``);
  });
});
