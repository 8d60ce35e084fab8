import { Pool } from 'pg';
import { createTestDatabase, type TestDatabase } from '../isolation/create-test-database';
import { tapStatements } from './statement-tap';
import { walkInterleavings, type Interleaving, type WalkReport } from './walk-interleavings';

/** An account from which two replicas withdraw money, in safe and unsafe ways. */
let database: TestDatabase;
let server: Pool;
let here: Pool;
let there: Pool;

beforeAll(async () => {
  database = await createTestDatabase();
  const pool = () => {
    const opened = new Pool({ connectionString: database.url });
    // The server may close a session before the pool has closed it.
    return opened.on('error', () => undefined).on('connect', (client) => client.on('error', () => undefined));
  };
  [server, here, there] = [pool(), pool(), pool()];
  tapStatements(here);
  tapStatements(there);
  await server.query('CREATE TABLE accounts (id serial PRIMARY KEY, balance integer NOT NULL DEFAULT 100)');
});
afterAll(async () => {
  await Promise.all([server, here, there].map((pool) => pool.end()));
  await database.drop();
});

const balanceOf = async (pool: Pick<Pool, 'query'>, id: number, name: 'balance' | 'lock' = 'balance') => {
  const text = `SELECT balance FROM accounts WHERE id = $1 ${name === 'lock' ? 'FOR UPDATE' : ''}`;
  const { rows } = await pool.query<{ balance: number }>({ name, text, values: [id] });
  return rows[0]!.balance;
};
const setBalance = (pool: Pick<Pool, 'query'>, id: number, balance: number) =>
  pool.query({
    name: 'set-balance',
    text: 'UPDATE accounts SET balance = $2 WHERE id = $1',
    values: [id, balance],
  });

async function inTransaction(pool: Pool, work: (client: Pick<Pool, 'query'>) => Promise<unknown>) {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await work(client as Pick<Pool, 'query'>);
    await client.query('COMMIT');
  } finally {
    client.release();
  }
}

type Take = (pool: Pool, id: number) => Promise<unknown>;

const carelessly: Take = async (pool, id) => setBalance(pool, id, (await balanceOf(pool, id)) - 10);
const withLock: Take = (pool, id) =>
  inTransaction(pool, async (client) => setBalance(client, id, (await balanceOf(client, id, 'lock')) - 10));
const inOneStatement: Take = (pool, id) =>
  pool.query({
    name: 'take',
    text: 'UPDATE accounts SET balance = balance - 10 WHERE id = $1',
    values: [id],
  });
const lookingTwice: Take = async (pool, id) => {
  const [first, second] = await Promise.all([balanceOf(pool, id), balanceOf(pool, id)]);
  if (first !== second) {
    throw new Error('two looks, two answers');
  }
  await inOneStatement(pool, id);
};

function walk(take: Take, rival: Take = take): Promise<WalkReport> {
  const interleaving: Interleaving<number> = {
    name: 'take 10',
    prepare: async () =>
      (await server.query<{ id: number }>('INSERT INTO accounts DEFAULT VALUES RETURNING id')).rows[0]!.id,
    work: (id) => take(here, id),
    rivals: { 'another one': (id) => rival(there, id) },
    faultsOf: async (id, { work, rival }) => {
      const taken = [work, rival].filter(({ status }) => status === 'fulfilled').length * 10;
      const balance = await balanceOf(server, id);
      return balance === 100 - taken ? [] : [`${balance} left after ${taken} was taken`];
    },
  };
  return walkInterleavings(interleaving, { server });
}

it('finds a lost update between a read and a write, and names the statements', async () => {
  expect(await walk(carelessly)).toEqual({
    statements: ['balance', 'set-balance'],
    courses: { played: 3, unreached: 0, impossible: 0 },
    failures: [
      'take 10 / another one: set-balance commits before set-balance: 90 left after 20 was taken',
      'take 10 / another one: set-balance commits during set-balance: 90 left after 20 was taken',
    ],
  });
});

it('finds nothing if a lock is taken first, and counts the moments that the lock rules out', async () => {
  expect(await walk(withLock)).toEqual({
    statements: ['BEGIN', 'lock', 'set-balance', 'COMMIT'],
    courses: { played: 3, unreached: 0, impossible: 3 },
    failures: [],
  });
});

it('finds nothing if one statement reads and writes, even if it waits for the rival', async () => {
  expect(await walk(inOneStatement)).toEqual({
    statements: ['take'],
    courses: { played: 2, unreached: 0, impossible: 0 },
    failures: [],
  });
});

it('stops a rival between two commits', async () => {
  const seen: number[] = [];
  const look: Take = async (pool, id) => void seen.push(await balanceOf(pool, id));
  const inTwoSteps: Take = async (pool, id) => {
    await inOneStatement(pool, id);
    await inOneStatement(pool, id);
  };
  expect((await walk(look, inTwoSteps)).courses).toEqual({ played: 2, unreached: 0, impossible: 0 });
  const [alone, ...beside] = seen;
  expect({ alone, beside }).toEqual({ alone: 100, beside: [90, 80] });
});

it('does not walk work that fails alone', async () => {
  const failing: Take = (pool) => pool.query('SELECT 1 / 0');
  await expect(walk(failing)).rejects.toThrow('take 10 fails alone: division by zero');
});

it('holds back one of two concurrent statements, and lets the other pass first', async () => {
  const interleaving = await walk(lookingTwice, inOneStatement);
  expect(interleaving.statements).toEqual(['balance', 'balance (2)', 'take']);
  expect(interleaving.failures).toEqual([]);
});
