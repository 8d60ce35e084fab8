import { describeSchema } from '@tidemark/test-servers';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { processManagerSchema } from './migrate-process-manager';
import { startProcessBed, type ProcessBed } from './process-bed.fixture';

const committed = join(__dirname, '../schema.txt');

describe('the schema process_manager', () => {
  let bed: ProcessBed;

  beforeAll(async () => {
    bed = await startProcessBed();
  });
  afterAll(() => bed.stop());

  it('equals the committed schema.txt, which is written if it is missing', async () => {
    const actual = `${(await describeSchema(bed.admin, processManagerSchema)).join('\n')}\n`;
    if (!existsSync(committed)) {
      writeFileSync(committed, actual);
      throw new Error(`wrote ${committed}; look at it, and commit it`);
    }
    expect(actual).toBe(readFileSync(committed, 'utf8'));
  });
});
