import { eventually, runTypescript } from '@tidemark/test-servers';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { DeadlyConsumerConfig } from './deadly-consumer.fixture';
import { createTestBed, type TestBed } from './test-bed.fixture';

let bed: TestBed;
let child: ChildProcess | undefined;

beforeEach(async () => {
  bed = await createTestBed();
  await bed.pool.query('CREATE TABLE messaging.applied (position integer)');
});
afterEach(async () => {
  child?.kill('SIGKILL');
  await bed.dispose();
});

function startConsumer(config: DeadlyConsumerConfig): ChildProcess {
  const program = join(__dirname, 'deadly-consumer.fixture.ts');
  const args = [...runTypescript, program, JSON.stringify(config)];
  return spawn(process.execPath, args, { stdio: ['pipe', 'inherit', 'inherit'] });
}

describe('an event that ends the process', () => {
  it('is parked after it has ended the allowed number of processes, and all other events take effect once', async () => {
    const config: DeadlyConsumerConfig = {
      databaseUrl: bed.databaseUrl,
      amqpUrl: bed.proxy.url,
      prefix: bed.prefix,
      schema: 'messaging',
      group: 'projections',
      streamIds: ['A', 'B', 'A', 'B', 'A', 'B', 'A', 'B'],
      deadlyPosition: 5,
      maxProcessEnds: 2,
    };
    // The first process ends in the middle of its batch. The next two processes mark the event before they end while
    // working on it.
    for (let ended = 0; ended < 3; ended += 1) {
      child = startConsumer(config);
      expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
    }
    child = startConsumer(config);
    const store = bed.store('projections');
    await eventually(async () =>
      expect(await store.loadCheckpoint(0)).toEqual({ position: 8, eventId: 'event-8' }),
    );
    const { rows } = await bed.pool.query<{ position: number }>('SELECT position FROM messaging.applied');
    expect(rows.map(({ position }) => position)).toEqual([1, 2, 3, 4, 6, 8]);
    expect(await bed.parked('projections').page({ limit: 10 })).toMatchObject([
      { streamId: 'A', event: { position: 5 }, error: { code: 'handler_ended_process' } },
    ]);
    expect(child.exitCode).toBeNull();
  });
});
