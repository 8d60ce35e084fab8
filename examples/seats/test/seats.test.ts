import { eventually } from '@tidemark/kernel/testing';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { Deployment } from './deployment';

const PRICE = 30;
const patience = { withinMs: 60_000 };
const seats = Array.from({ length: 10 }, (_, index) => `A${index + 1}`);

const office = new Deployment('write,read');
const worker = new Deployment('projections,processes');

before(async () => {
  // One after the other: each runs the migrations that are missing.
  await office.start();
  await worker.start();
});
after(() => Promise.all([office.kill('SIGTERM'), worker.kill('SIGTERM')]));

async function scheduled(): Promise<string> {
  const show = `/shows/${randomUUID()}`;
  assert.equal((await office.post(show, { seats, price: PRICE })).status, 201);
  return show;
}

const statesOf = async (show: string) =>
  Object.values((await office.get(show)).body.seats as Record<string, string>);

void test('sells a seat to one of those who want it', async () => {
  const show = await scheduled();
  const tries = await Promise.all(seats.map(() => office.post(`${show}/seats/A1/holds`)));
  const [mine, ...others] = tries.filter(({ status }) => status === 201);
  assert.deepEqual(others, []);
  assert.ok(tries.filter(({ status }) => status === 422).every(({ body }) => body.code === 'seat_taken'));

  const sale = { hold: mine!.body.hold };
  const sold = await office.post(`${show}/seats/A1/sale`, sale);
  assert.deepEqual(await office.post(`${show}/seats/A1/sale`, sale), sold);
  const stranger = await office.post(`${show}/seats/A1/sale`, { hold: randomUUID() });
  assert.equal(stranger.body.code, 'not_held');

  const token = sold.body.consistencyToken as string;
  const map = (await office.get(show, token)).body.seats as Record<string, string>;
  assert.deepEqual([map.A1, map.A2], ['sold', 'free']);
  assert.deepEqual((await office.get(`${show}/sales`, token)).body, { seats: 1, revenue: PRICE });
});

void test('sells nothing twice, although the office is killed while it sells', async () => {
  const show = await scheduled();
  const holds = await Promise.all(seats.map((seat) => office.post(`${show}/seats/${seat}/holds`)));
  const sell = (seat: string, index: number) =>
    office.post(`${show}/seats/${seat}/sale`, { hold: holds[index]!.body.hold });
  const answers = seats.map((seat, index) => sell(seat, index).catch(() => undefined));
  await Promise.race(answers);
  await office.kill();
  await Promise.all(answers);
  await office.start();

  const again = await Promise.all(seats.map((seat, index) => sell(seat, index)));
  assert.deepEqual(
    again.map(({ status }) => status),
    seats.map(() => 201),
  );
  await eventually(async () => {
    const sold = { seats: seats.length, revenue: seats.length * PRICE };
    assert.deepEqual((await office.get(`${show}/sales`)).body, sold);
  }, patience);
  assert.equal((await office.post(`${show}/seats/A1/holds`)).body.code, 'seat_taken');
});

void test('frees each seat that is not bought, although the worker is killed again and again', async () => {
  const shortHolds = { HOLD_MS: '1000' };
  await worker.kill();
  await worker.start(shortHolds);
  const show = await scheduled();
  await Promise.all(seats.map((seat) => office.post(`${show}/seats/${seat}/holds`)));
  // Killed before the holds expire, and then among their expiries.
  await worker.kill();
  await worker.start(shortHolds);
  await eventually(async () => assert.ok((await statesOf(show)).includes('free')), patience);
  await worker.kill();
  await worker.start(shortHolds);

  await eventually(
    async () => assert.ok((await statesOf(show)).every((state) => state === 'free')),
    patience,
  );
  // The version shows a release that was done twice, or that came too late.
  const { body } = await office.post(`${show}/seats/A1/holds`);
  assert.equal(body.version, 1 + seats.length + seats.length + 1, 'scheduled, held, released, held');
});
