import { eventually } from '@tidemark/kernel/testing';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, test } from 'node:test';
import { RunningBank } from './running-bank';

const BONUS = 10;
const running: RunningBank[] = [];

async function start(): Promise<RunningBank> {
  const bank = await RunningBank.start();
  running.push(bank);
  return bank;
}

after(() => Promise.all(running.map((bank) => bank.kill())));

void test('opens an account, moves money, and pays the bonus for the first deposit alone', async () => {
  const bank = await start();
  const path = `/accounts/${randomUUID()}`;
  assert.equal((await bank.post(path, { owner: 'Ada' })).status, 201);
  assert.equal((await bank.post(path, { owner: 'Bob' })).body.code, 'account_exists');

  const first = await bank.post(`${path}/deposits`, { amount: 100 }, { 'idempotency-key': 'k1' });
  const repeat = await bank.post(`${path}/deposits`, { amount: 100 }, { 'idempotency-key': 'k1' });
  assert.deepEqual(repeat.body, first.body);
  await eventually(async () => assert.equal((await bank.get(path)).body.balance, 100 + BONUS), {
    withinMs: 30_000,
  });

  await bank.post(`${path}/deposits`, { amount: 5 });
  const refused = await bank.post(`${path}/withdrawals`, { amount: 1_000 });
  assert.deepEqual([refused.status, refused.body.code], [422, 'overdrawn']);
  const { body } = await bank.post(`${path}/withdrawals`, { amount: 15 });
  const { body: balance } = await bank.get(path, body.consistencyToken as string);
  assert.deepEqual([balance.owner, balance.balance], ['Ada', 100 + BONUS + 5 - 15]);
  assert.equal((await bank.get(`/accounts/${randomUUID()}`)).status, 404);
  await bank.kill('SIGTERM');
});

/** Opens accounts and pays into each, as a client that repeats after a crash: with the same key. */
async function openAll(bank: RunningBank, accounts: readonly string[]): Promise<void> {
  for (const path of accounts) {
    await bank.post(path, { owner: 'Ada' });
    await bank.post(`${path}/deposits`, { amount: 100 }, { 'idempotency-key': path });
  }
}

async function expectBonus(bank: RunningBank, path: string): Promise<void> {
  await eventually(async () => assert.equal((await bank.get(path)).body.balance, 100 + BONUS), {
    withinMs: 60_000,
  });
}

void test('pays every bonus exactly once, although it is killed again and again', async () => {
  const accounts: string[] = [];
  let bank = await start();
  for (let round = 0; round < 4; round += 1) {
    const opened = Array.from({ length: 10 }, () => `/accounts/${randomUUID()}`);
    accounts.push(...opened);
    const opening = openAll(bank, opened).catch(() => 'killed');
    await expectBonus(bank, opened[4]!);
    await bank.kill();
    await opening;
    bank = await start();
    await openAll(bank, opened);
  }
  await Promise.all(accounts.map((path) => expectBonus(bank, path)));
  for (const path of accounts) {
    // A second bonus would raise the version.
    const { body } = await bank.post(`${path}/deposits`, { amount: 1 });
    assert.equal(body.version, 4, 'opened, deposited, bonus, deposited');
    // On a busy machine, the read model may need longer than one request waits for it.
    await eventually(
      async () => {
        const { body: balance } = await bank.get(path, body.consistencyToken as string);
        assert.equal(balance.balance, 100 + BONUS + 1);
      },
      { withinMs: 30_000 },
    );
  }
  await bank.kill('SIGTERM');
});
