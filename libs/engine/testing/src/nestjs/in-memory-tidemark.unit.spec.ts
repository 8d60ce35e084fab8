import 'reflect-metadata';
import { CommandIdReusedError } from '@tidemark/event-store';
import {
  aggregateToken,
  readModelToken,
  Tidemark,
  TidemarkModule,
  writeResultOf,
  InvalidConsistencyTokenError,
  type ReaderOf,
  type RepositoryOf,
} from '@tidemark/nestjs';
import { Test, type TestingModule } from '@nestjs/testing';
import { InMemoryTidemark } from './in-memory-tidemark';
import { book, desk, giveBack, lend, library, loans, post, shelf } from './library.fixture';
import { TidemarkTestingModule } from './tidemark-testing.module';

const DAY_MS = 86_400_000;
const librarian = { actor: 'librarian' };
const silent = { log: () => {}, warn: () => {}, error: () => {} };
const startsAt = new Date('2026-03-01T08:00:00.000Z');

let tidemark: InMemoryTidemark;
let app: TestingModule;

async function open(): Promise<TestingModule> {
  const opened = await Test.createTestingModule({
    imports: [TidemarkTestingModule.forRoot(tidemark), TidemarkModule.forFeature(library)],
  })
    .setLogger(silent)
    .compile();
  return opened.init();
}

beforeEach(async () => {
  tidemark = new InMemoryTidemark({ startsAt });
  app = await open();
});
afterEach(() => app.close());

const books = () => app.get<RepositoryOf<typeof book>>(aggregateToken(book), { strict: false });
const onShelf = () => app.get<ReaderOf<typeof shelf>>(readModelToken(shelf), { strict: false });
const lentBooks = () => app.get<ReaderOf<typeof loans>>(readModelToken(loans), { strict: false });
const loanOf = (id: string) => app.get(Tidemark).processes[0]!.reader.find(id);

async function typesOf(id: string): Promise<string[]> {
  const types: string[] = [];
  for await (const { type } of tidemark.eventStore.readStream(`Book-${id}`)) {
    types.push(type);
  }
  return types;
}

describe('an application in memory', () => {
  it('executes commands, and gives a repeated command its first result', async () => {
    const command = { ...librarian, idempotencyKey: 'k1', request: { reader: 'ada' } };
    const first = writeResultOf(await books().execute('b1', command, lend('b1', 'ada')));
    expect(writeResultOf(await books().execute('b1', command, lend('b1', 'ada')))).toEqual(first);
    await expect(
      books().execute('b1', { ...command, request: { reader: 'bob' } }, lend('b1', 'bob')),
    ).rejects.toThrow(CommandIdReusedError);
    expect(await books().execute('b1', librarian, lend('b1', 'bob'))).toMatchObject({
      outcome: 'refused',
      refusal: { code: 'lent_already' },
    });
    expect(await books().load('b1')).toMatchObject({ state: { reader: 'ada' }, version: 1 });
  });

  it('refuses a command for a version that has passed', async () => {
    await books().execute('b1', librarian, lend('b1', 'ada'));
    const outdated = await books().execute('b1', librarian, giveBack('b1'), { expectedVersion: 3 });
    expect(outdated).toEqual({ outcome: 'version_mismatch', actualVersion: 1 });
  });

  it('decides concurrent commands one after another', async () => {
    const readers = Array.from({ length: 20 }, (_, index) => `reader-${index}`);
    const outcomes = await Promise.all(
      readers.map((reader) => books().execute('b1', librarian, lend('b1', reader))),
    );
    expect(outcomes.filter(({ outcome }) => outcome === 'accepted')).toHaveLength(1);
    expect(await typesOf('b1')).toEqual(['BookLent']);
  });

  it('reads what a token promises', async () => {
    const { consistencyToken: token } = writeResultOf(
      await books().execute('b1', librarian, lend('b1', 'ada')),
    );
    expect(await onShelf().get('b1', { token })).toMatchObject({
      reader: 'ada',
      reminders: 0,
      lentAt: startsAt.toISOString(),
    });
    await expect(onShelf().get('b1', { token: '0:99' })).rejects.toThrow(InvalidConsistencyTokenError);
  });

  it('lists documents, and adds up tallies of all partitions', async () => {
    for (const id of ['b1', 'b2', 'b3', 'b4', 'b5']) {
      await books().execute(id, librarian, lend(id, id === 'b1' ? 'bob' : 'ada'));
    }
    await tidemark.settled();
    const page = await onShelf().list({
      where: { reader: { eq: 'ada' } },
      direction: 'descending',
      limit: 2,
    });
    expect(page.map(({ _id }) => _id)).toEqual(['b5', 'b4']);
    const sums = await lentBooks().addUp({ where: {}, groupBy: ['reader'], sort: { books: -1 } });
    expect(sums).toEqual([
      { reader: 'ada', books: 4 },
      { reader: 'bob', books: 1 },
    ]);
  });

  it('writes inline documents with the events, or neither', async () => {
    const atDesk = app.get<ReaderOf<typeof desk>>(readModelToken(desk), { strict: false });
    await books().execute('b1', librarian, lend('b1', 'ada'));
    expect(await atDesk.get('b1')).toMatchObject({ reader: 'ada' });
    await expect(books().execute('b2', librarian, lend('b2', 'stranger'))).rejects.toThrow(
      'desk failed on BookLent',
    );
    expect([await typesOf('b2'), await atDesk.get('b2')]).toEqual([[], undefined]);
    expect(await books().execute('b2', librarian, lend('b2', 'bob'))).toMatchObject({
      outcome: 'accepted',
      result: { version: 1 },
    });
    await app.close();
    app = await open();
    const again = app.get<ReaderOf<typeof desk>>(readModelToken(desk), { strict: false });
    expect(await again.get('b2')).toMatchObject({ reader: 'bob' });
  });

  it('fires timers in their order when the clock moves, and carries out commands', async () => {
    await books().execute('b1', librarian, lend('b1', 'ada'));
    await tidemark.advance(6 * DAY_MS);
    expect(await typesOf('b1')).toEqual(['BookLent']);
    await tidemark.advance(DAY_MS);
    expect(await typesOf('b1')).toEqual(['BookLent', 'ReaderReminded']);
    expect(await onShelf().get('b1')).toMatchObject({ reminders: 1 });
    await tidemark.advance(30 * DAY_MS);
    expect(await typesOf('b1')).toEqual(['BookLent', 'ReaderReminded', 'ReaderReminded', 'BookLost']);
    const times: string[] = [];
    for await (const { timestamp } of tidemark.eventStore.readStream('Book-b1')) {
      times.push(timestamp.slice(0, 10));
    }
    expect(times).toEqual(['2026-03-01', '2026-03-08', '2026-03-15', '2026-03-22']);
    expect(await loanOf('b1')).toMatchObject({ status: 'COMPLETED' });
    expect(tidemark.now()).toEqual(new Date(startsAt.getTime() + 37 * DAY_MS));
  });

  it('keeps a refused command as a dead letter, and the instance waits for its operator', async () => {
    await books().execute('b1', librarian, lend('b1', 'librarian'));
    await tidemark.advance(22 * DAY_MS);
    expect(tidemark.deadLetters).toMatchObject([
      {
        message: { routingKey: 'Book.DeclareLost' },
        reason: 'refused with never_lost: librarians lose no books',
      },
    ]);
    expect(await loanOf('b1')).toMatchObject({ status: 'STUCK', stuck: { code: 'command_unanswered' } });
    await books().execute('b1', librarian, giveBack('b1'));
    const [process] = app.get(Tidemark).processes;
    expect(await process!.engine.retry('b1', { actor: 'ann', reason: 'it was here' })).toBe('done');
    await tidemark.settled();
    expect(await loanOf('b1')).toMatchObject({ status: 'COMPLETED' });
  });

  it('goes on where another application stopped', async () => {
    await books().execute('b1', librarian, lend('b1', 'ada'));
    await app.close();
    app = await open();
    expect(await books().load('b1')).toMatchObject({ version: 1 });
    await tidemark.advance(7 * DAY_MS);
    expect(await onShelf().get('b1')).toMatchObject({ reminders: 1 });
  });

  it('says at once on which event a projection failed, and why', async () => {
    await books().execute('b1', librarian, lend('b1', 'nobody'));
    await expect(tidemark.settled()).rejects.toThrow(
      "projections can't continue Book-b1 at BookLent (version 1): " +
        'shelf_v1_g1 failed on BookLent (Book-b1, version 1): nobody reads nothing',
    );
    expect(tidemark.failures[0]).toMatchObject({
      where: 'projections',
      error: { code: 'projection_failed' },
    });
  });

  it('says what is left if it does not settle in time', async () => {
    let go = () => {};
    post.opens = new Promise((resolve) => (go = resolve));
    await books().execute('b1', librarian, lend('b1', 'ada'));
    await tidemark.settled();
    await expect(tidemark.advance(7 * DAY_MS, { withinMs: 500 })).rejects.toThrow(
      /^not settled after 500 ms: .*the command Book\.Remind is not carried out/,
    );
    go();
    await tidemark.settled();
    expect(await onShelf().get('b1')).toMatchObject({ reminders: 1 });
  });

  it('settles only while it is open', async () => {
    await app.close();
    await expect(tidemark.settled()).rejects.toThrow('no application is open');
    await expect(tidemark.advance(1)).rejects.toThrow('no application is open');
  });

  it('reports that everything works', async () => {
    await Promise.all(app.get(Tidemark).checks.map(({ check }) => check()));
  });
});

describe('a whole application', () => {
  it('runs in memory, whatever database its options name', async () => {
    const whole = await TidemarkTestingModule.replaceIn(
      Test.createTestingModule({
        imports: [
          TidemarkModule.forRoot({ databaseUrl: 'postgres://127.0.0.1:1/nowhere', startTimeoutMs: 1 }),
          TidemarkModule.forFeature(library),
        ],
      }),
      tidemark,
    )
      .setLogger(silent)
      .compile();
    await whole.init();
    const repository = whole.get<RepositoryOf<typeof book>>(aggregateToken(book), { strict: false });
    expect(await repository.execute('b9', librarian, lend('b9', 'ada'))).toMatchObject({
      outcome: 'accepted',
    });
    await whole.close();
  });
});
