import { plansOf, type Plan } from '@tidemark/test-servers';
import type { PoolClient, QueryConfig } from 'pg';
import { startProcessBed, type ProcessBed } from '../process-bed.fixture';
import { claimDueCommands } from './claim-due-commands';
import { lockInstances } from './lock-instances';
import { lockInstancesWithDueTimers } from './lock-instances-with-due-timers';
import { lockInstancesWithUnansweredCommands } from './lock-instances-with-unanswered-commands';
import type { Queryable } from './queryable';
import { selectFigures } from './select-figures';
import { selectHistory } from './select-history';
import { selectInstancePage } from './select-instance-page';
import { selectOutstandingCommands } from './select-outstanding-commands';

/** 40,000 instances, of which every 200th is unfinished, as in a process that has been in use for a while. */
const fill = `
  INSERT INTO process_manager.instances (process, instance_id, definition_version, status, state, correlation_id, created_at)
  SELECT 'parcel', 'p' || n, 1, CASE WHEN n % 200 = 0 THEN 'RUNNING' ELSE 'FULFILLED' END, '{}', 'c',
         now() - n * interval '1 minute'
    FROM generate_series(1, 40000) n;
  INSERT INTO process_manager.commands (command_id, process, instance_id, step, envelope, due_at, first_sent_at, settled_at)
  SELECT gen_random_uuid(), 'parcel', 'p' || n, 'step' || k, '{}', now(), now(),
         CASE WHEN n % 200 = 0 THEN NULL ELSE now() END
    FROM generate_series(1, 40000) n, generate_series(1, 3) k;
  INSERT INTO process_manager.timers (process, instance_id, name, due_at)
  SELECT 'parcel', 'p' || n, 'reminder', now() + (n - 100) * interval '1 minute'
    FROM generate_series(1, 10000) n;
  INSERT INTO process_manager.history (process, instance_id, at, event, action)
  SELECT 'parcel', 'p' || n, now(), 'ParcelOrdered', 'pack'
    FROM generate_series(1, 40000) n, generate_series(1, 3) k;
  ANALYZE process_manager.instances, process_manager.commands, process_manager.timers, process_manager.history;
`;

const indexesIn = (plan: Plan) => plan.flatMap((node) => node['Index Name'] ?? []);
const typesIn = (plan: Plan) => plan.map((node) => node['Node Type']);

describe('the plans of the hot statements', () => {
  let bed: ProcessBed;
  let client: PoolClient;

  beforeAll(async () => {
    bed = await startProcessBed();
    // The usual value for solid-state disks; the default of 4 is meant for spinning disks.
    client = await bed.admin.connect();
    await client.query(`SET random_page_cost = 1.1; ${fill}`);
  });
  afterAll(async () => {
    client.release();
    await bed.stop();
  });

  /** The plans of the statement that the work issues. */
  async function plansOfWork(work: (client: Queryable) => Promise<unknown>): Promise<readonly Plan[]> {
    const plans: Plan[] = [];
    const explain = async (given: string | QueryConfig, values?: unknown[]) => {
      const statement = typeof given === 'string' ? { text: given, values } : given;
      plans.push(...(await plansOf(client, statement)));
      return { rows: [{}] };
    };
    // The returned row is made up, so the code behind the statement may fail on it.
    await work({ query: explain } as unknown as Queryable).catch(() => undefined);
    expect(plans.length).toBeGreaterThan(0);
    return plans;
  }

  const claim = {
    process: 'parcel',
    limit: 100,
    withoutStreamTypes: [],
    firstResendMs: 2_000,
    maxResendMs: 60_000,
  };
  const after = { createdAtMicros: Date.parse('2999-01-01') * 1_000, instanceId: 'p1' };

  it.each<[string, (client: Queryable) => Promise<unknown>, string[]]>([
    ['due commands', (client) => claimDueCommands(client, claim), ['commands_due', 'commands_pkey']],
    [
      'due timers',
      (client) => lockInstancesWithDueTimers(client, 'parcel', [1, 2], 50),
      ['timers_by_due', 'instances_pkey'],
    ],
    [
      'unanswered commands',
      (client) => lockInstancesWithUnansweredCommands(client, 'parcel', [1, 2], 60_000, 50),
      ['commands_sent', 'instances_pkey'],
    ],
    [
      'a page of all instances',
      (client) => selectInstancePage(client, { process: 'parcel', limit: 20, after }),
      ['instances_by_age'],
    ],
    [
      'a page of the instances of one status',
      (client) => selectInstancePage(client, { process: 'parcel', status: 'RUNNING', limit: 20, after }),
      ['instances_by_status'],
    ],
  ])('finds %s by their indexes, in their order', async (_, work, indexes) => {
    for (const plan of await plansOfWork(work)) {
      expect(indexesIn(plan)).toEqual(expect.arrayContaining(indexes));
      expect(typesIn(plan)).not.toContain('Sort');
      expect(typesIn(plan)).not.toContain('Seq Scan');
    }
  });

  it.each<[string, (client: Queryable) => Promise<unknown>, string]>([
    ['instances', (client) => lockInstances(client, 'parcel', ['p1', 'p2']), 'instances_pkey'],
    [
      'their commands',
      (client) => selectOutstandingCommands(client, 'parcel', ['p1', 'p2'], 1),
      'commands_unsettled',
    ],
    ['their histories', (client) => selectHistory(client, 'parcel', ['p1', 'p2']), 'history_of_instance'],
    ['the figures', (client) => selectFigures(client, 'parcel'), 'instances_by_status'],
  ])('reads %s without reading all other rows', async (_, work, index) => {
    for (const plan of await plansOfWork(work)) {
      expect(indexesIn(plan)).toContain(index);
      expect(typesIn(plan)).not.toContain('Seq Scan');
    }
  });
});
