/** How a test runner's files import. */
interface Imports {
  imported(names: string, from: string): string;
  /** Imports the runner's functions, unless they are global. */
  readonly functions: string;
}

/** A small application, and its tests by all of `@tidemark/testing`. */
export function testedBank({ imported, functions }: Imports): string {
  return (
    functions +
    imported('accept, defineEvent, EventCodec, refuse', '@tidemark/kernel') +
    imported(
      'defineCommand, aggregateToken, readModelToken, TidemarkModule, writeResultOf',
      '@tidemark/nestjs',
    ) +
    imported('handled, ignored', '@tidemark/process-manager') +
    imported('defineReadModel, projectionsOf', '@tidemark/projections') +
    imported('given', '@tidemark/testing') +
    imported(renamed(imported, 'givenEvents'), '@tidemark/testing/projections') +
    imported(renamed(imported, 'givenInputs'), '@tidemark/testing/processes') +
    imported('InMemoryTidemark, TidemarkTestingModule', '@tidemark/testing/nestjs') +
    imported('InMemoryEventStore', '@tidemark/event-store') +
    imported('contractEvents, describeEventStore', '@tidemark/event-store/contract-suite') +
    imported('InMemoryGroupStore, InMemoryGroupTables', '@tidemark/messaging') +
    imported('describeGroupStore', '@tidemark/messaging/contract-suites') +
    imported('Test', '@nestjs/testing') +
    imported('z', 'zod') +
    bank +
    tests(functions === '' ? '' : ', { describe, it, beforeAll, beforeEach, afterEach, afterAll }')
  );
}

/** An expectation that does not hold. */
export function failingTest({ imported, functions }: Imports): string {
  return (
    functions +
    imported('refuse', '@tidemark/kernel') +
    imported('given', '@tidemark/testing') +
    `const account = { initial: 0, evolve: (state) => state, contracts: [] };
     it('fails', () => given(account).when(() => refuse('overdrawn', 'the balance is 0')).then({ type: 'Withdrawn' }));`
  );
}

/** `import { given as name }`, but `const { given: name } = require(…)`. */
function renamed(imported: Imports['imported'], name: string): string {
  return imported('', '').startsWith('import') ? `given as ${name}` : `given: ${name}`;
}

const bank = `
const Deposited = defineEvent('Deposited', z.strictObject({ account: z.string(), amount: z.int().positive() }));
const Withdrawn = defineEvent('Withdrawn', z.strictObject({ account: z.string(), amount: z.int().positive() }));
const account = {
  streamType: 'Account',
  initial: 0,
  evolve: (balance, { type, data }) => (type === 'Deposited' ? balance + data.amount : balance - data.amount),
  partitionKeyOf: ({ data }) => data.account,
  contracts: [Deposited, Withdrawn],
  stateVersion: 1,
};
const deposited = (amount) => ({ type: 'Deposited', data: { account: 'A', amount } });
const withdrawn = (amount) => ({ type: 'Withdrawn', data: { account: 'A', amount } });
const deposit = (amount) => () => accept(deposited(amount));
const withdraw = (amount) => (balance) =>
  amount > balance ? refuse('overdrawn', 'the balance is ' + balance) : accept(withdrawn(amount));

const balances = defineReadModel({ name: 'balances', fields: { balance: z.int() } });
const balancesProjection = projectionsOf()(balances).keyedBy('account', {
  version: 1,
  on: {
    Deposited: {
      id: ({ data }) => data.account,
      createOrChange: (document, { data }) => ({ balance: (document?.balance ?? 0) + data.amount }),
    },
    Withdrawn: {
      id: ({ data }) => data.account,
      change: (document, { data }) => ({ ...document, balance: document.balance - data.amount }),
    },
  },
});

const DAY_MS = 86_400_000;
const takeFee = defineCommand(account, 'TakeFee', {
  schema: z.strictObject({ account: z.string() }),
  id: (data) => data.account,
  decide: () => accept(withdrawn(1)),
});
/** Takes a fee a day after the first deposit. */
const fee = {
  name: 'fee',
  version: 1,
  eventTypes: ['Deposited', 'Withdrawn'],
  startsOn: ['Deposited'],
  correlate: ({ data }) => data.account,
  initial: () => ({ step: 'new' }),
  react: ({ step }, input) => {
    if (step === 'new' && input.name === 'Deposited') {
      const dueAt = new Date(Date.parse(input.at) + DAY_MS).toISOString();
      return handled('wait a day', { step: 'waiting' }, { timers: [{ name: 'due', dueAt }] });
    }
    if (input.name === 'due') {
      return handled('take the fee', { step: 'taking' }, { commands: [takeFee.ask({ account: 'A' })] });
    }
    return step === 'taking' && input.name === 'Withdrawn' ? handled('done', { step: 'done' }) : ignored;
  },
  status: ({ step }) => (step === 'done' ? 'COMPLETED' : 'RUNNING'),
};
`;

const tests = (runner: string) => `
const same = (actual, expected) => {
  if (JSON.stringify(actual) !== JSON.stringify(expected)) {
    throw new Error(JSON.stringify(actual) + ' is not ' + JSON.stringify(expected));
  }
};

describe('an account', () => {
  it('pays out what it has', () => given(account, deposited(5)).when(withdraw(3)).then(withdrawn(3)));
  it('pays out no more', () => given(account, deposited(5)).when(withdraw(6)).thenRefused('overdrawn'));
});

it('a projection adds up', () => givenEvents(balancesProjection, deposited(5), withdrawn(3)).then({ _id: 'A', balance: 2 }));

it('a process waits for its timer', () => {
  const story = givenInputs(fee, 'A', { ...deposited(5), streamId: 'Account-A' });
  story.when({ timer: 'due' }).then('TakeFee');
  story.when({ ...withdrawn(1), streamId: 'Account-A', answers: 'TakeFee' }).thenNothing();
  same(story.status, 'COMPLETED');
});

describe('the application', () => {
  let app;
  const tidemark = new InMemoryTidemark();
  beforeAll(async () => {
    const feature = { aggregates: [account], projections: [balancesProjection], processes: [fee], commands: [takeFee] };
    const imports = [TidemarkTestingModule.forRoot(tidemark), TidemarkModule.forFeature(feature)];
    app = await Test.createTestingModule({ imports }).compile();
    await app.init();
  });
  afterAll(() => app.close());

  it('takes the fee a day later', async () => {
    const accounts = app.get(aggregateToken(account), { strict: false });
    const reader = app.get(readModelToken(balances), { strict: false });
    const { consistencyToken: token } = writeResultOf(await accounts.execute('A', { actor: 'ada' }, deposit(5)));
    same((await reader.get('A', { token })).balance, 5);
    await tidemark.advance(DAY_MS);
    same((await reader.get('A')).balance, 4);
  });
});

describeEventStore('a store of a user', async () => {
  const store = new InMemoryEventStore({ codec: new EventCodec(contractEvents), partitions: 4 });
  return { store, partitions: 4, close: async () => {} };
}${runner});

describeGroupStore('a group of a user', async () => {
  let offMs = 0;
  const tables = new InMemoryGroupTables(() => performance.now() + offMs);
  return {
    store: new InMemoryGroupStore(tables),
    otherGroup: new InMemoryGroupStore(),
    stepClock: async (byMs) => { offMs += byMs; },
    loseEverything: async () => tables.clear(),
    dispose: async () => {},
  };
}${runner});
`;
