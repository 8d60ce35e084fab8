import 'reflect-metadata';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Test } from '@nestjs/testing';
import { TidemarkModule } from '@tidemark/nestjs';
import { given } from '@tidemark/testing';
import { InMemoryTidemark, TidemarkTestingModule } from '@tidemark/testing/nestjs';
import { given as givenInputs } from '@tidemark/testing/processes';
import { given as givenEvents } from '@tidemark/testing/projections';
import { account, deposit, withdraw, type AccountEvent } from '../src/account';
import { AccountsController } from '../src/accounts.controller';
import { balancesProjection } from '../src/balances';
import { bonus, payBonus } from '../src/bonus';

const opened: AccountEvent = { type: 'AccountOpened', data: { account: 'A1', owner: 'Ada', balance: 0 } };
const moved = (type: Exclude<AccountEvent['type'], 'AccountOpened'>, amount: number, balance: number) =>
  ({ type, data: { account: 'A1', amount, balance } }) as const;

void test('an account pays out what it has, and no more', () => {
  const rich = given(account, opened, moved('MoneyDeposited', 100, 100));
  rich.when(withdraw('A1', 30)).then(moved('MoneyWithdrawn', 30, 70));
  rich.when(withdraw('A1', 101)).thenRefused('overdrawn');
  given(account).when(deposit('A1', 5)).thenRefused('not_possible');
});

void test('the balance follows the last movement', () => {
  givenEvents(
    balancesProjection,
    opened,
    moved('MoneyDeposited', 100, 100),
    moved('BonusPaid', 10, 110),
  ).then({
    _id: 'A1',
    owner: 'Ada',
    balance: 110,
  });
});

void test('the bonus is for the first deposit alone', () => {
  const deposited = { ...moved('MoneyDeposited', 5, 5), streamId: 'Account-A1' };
  const paid = { ...moved('BonusPaid', 10, 15), streamId: 'Account-A1', answers: 'PayBonus' };
  const story = givenInputs(bonus, 'A1');
  story.when(deposited).then('PayBonus');
  story.when(paid, deposited).thenNothing();
  assert.equal(story.status, 'COMPLETED');
});

void test('the bank pays the bonus, without a server', async () => {
  const tidemark = new InMemoryTidemark();
  const feature = TidemarkModule.forFeature({
    aggregates: [account],
    projections: [balancesProjection],
    processes: [bonus],
    commands: [payBonus],
  });
  const app = await Test.createTestingModule({
    imports: [TidemarkTestingModule.forRoot(tidemark), feature],
    controllers: [AccountsController],
  }).compile();
  await app.init();
  const accounts = app.get(AccountsController);
  await accounts.open('A1', 'Ada');
  const { consistencyToken } = await accounts.deposit('A1', 100);
  assert.equal((await accounts.get('A1', consistencyToken)).owner, 'Ada');
  await tidemark.settled();
  assert.equal((await accounts.get('A1')).balance, 110);
  await app.close();
});
