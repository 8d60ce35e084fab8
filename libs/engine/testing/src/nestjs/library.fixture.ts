import { accept, defineEvent, refuse, type Aggregate, type Decision, type EventOf } from '@tidemark/kernel';
import { defineCommand, type TidemarkFeature } from '@tidemark/nestjs';
import { handled, ignored, type ProcessDefinition } from '@tidemark/process-manager';
import { defineReadModel, defineTally, projectionsOf } from '@tidemark/projections';
import { z } from 'zod';

/** Books that are lent and returned. Who forgets a book is reminded twice, a week apart, and then pays for it. */
const Lent = defineEvent('BookLent', z.strictObject({ book: z.string(), reader: z.string() }));
const Returned = defineEvent('BookReturned', z.strictObject({ book: z.string() }));
const Reminded = defineEvent('ReaderReminded', z.strictObject({ book: z.string(), times: z.int() }));
const Lost = defineEvent('BookLost', z.strictObject({ book: z.string() }));

type BookEvent =
  EventOf<typeof Lent> | EventOf<typeof Returned> | EventOf<typeof Reminded> | EventOf<typeof Lost>;

export interface Book {
  readonly reader?: string;
  readonly isLost?: boolean;
}

export const book: Aggregate<Book, BookEvent> = {
  streamType: 'Book',
  initial: {},
  evolve(state, event) {
    switch (event.type) {
      case 'BookLent':
        return { reader: event.data.reader };
      case 'BookReturned':
        return {};
      case 'ReaderReminded':
        return state;
      case 'BookLost':
        return { isLost: true };
      default:
        return event satisfies never;
    }
  },
  partitionKeyOf: ({ data }) => data.book,
  contracts: [Lent, Returned, Reminded, Lost],
  stateVersion: 1,
};

export const lend =
  (id: string, reader: string) =>
  (state: Book): Decision<BookEvent> =>
    state.reader === undefined
      ? accept({ type: 'BookLent', data: { book: id, reader } })
      : refuse('lent_already', `${state.reader} has it`);

export const giveBack = (id: string) => (): Decision<BookEvent> =>
  accept({ type: 'BookReturned', data: { book: id } });

export const shelf = defineReadModel({
  name: 'shelf',
  fields: { reader: z.string().optional(), reminders: z.int(), lentAt: z.string().optional() },
});

export const loans = defineTally({ name: 'loans', by: { reader: z.string() }, sums: ['books'] });

type Keys = { readonly book: { readonly event: BookEvent; readonly id: string } };

const project = projectionsOf<Keys>();

export const shelfProjection = project(shelf).keyedBy('book', {
  version: 1,
  on: {
    BookLent: {
      id: ({ data }) => data.book,
      createOrChange: (_, { data, timestamp }) => {
        if (data.reader === 'nobody') {
          throw new Error('nobody reads nothing');
        }
        return { reader: data.reader, reminders: 0, lentAt: timestamp };
      },
    },
    ReaderReminded: {
      id: ({ data }) => data.book,
      change: (document, { data }) => ({ ...document, reminders: data.times }),
    },
    BookReturned: { id: ({ data }) => data.book, change: () => ({ reminders: 0 }) },
  },
});

export const loansProjection = project(loans).acrossPartitions({
  version: 1,
  on: { BookLent: { adds: ({ data }) => [{ reader: data.reader, books: 1 }] } },
});

/** Written with the events. */
export const desk = defineReadModel({ name: 'desk', fields: { reader: z.string() } });

export const deskProjection = project(desk).keyedBy('book', {
  version: 1,
  on: {
    BookLent: {
      id: ({ data }) => data.book,
      createOrChange: (_, { data: { reader } }) => {
        if (reader === 'stranger') {
          throw new Error('the desk knows no stranger');
        }
        return { reader };
      },
    },
  },
});

const ofBook = z.strictObject({ book: z.string() });

/** Reminders go by post. */
export const post = { opens: Promise.resolve() };

export const remind = defineCommand(book, 'Remind', {
  schema: z.strictObject({ book: z.string(), times: z.int() }),
  id: (data) => data.book,
  decide: async (data) => {
    await post.opens;
    return accept({ type: 'ReaderReminded', data });
  },
});

export const declareLost = defineCommand(book, 'DeclareLost', {
  schema: ofBook,
  id: (data) => data.book,
  decide: (data, { reader }) =>
    reader === 'librarian'
      ? refuse('never_lost', 'librarians lose no books')
      : accept({ type: 'BookLost', data }),
});

const WEEK_MS = 7 * 86_400_000;
const inAWeek = (at: string) => new Date(Date.parse(at) + WEEK_MS).toISOString();

interface Loan {
  readonly book: string;
  readonly reminders: number;
  readonly isOver: boolean;
}

export const loan: ProcessDefinition<Loan, BookEvent> = {
  name: 'loan',
  version: 1,
  eventTypes: ['BookLent', 'BookReturned', 'BookLost', 'ReaderReminded'],
  startsOn: ['BookLent'],
  correlate: ({ data }) => data.book,
  initial: (id) => ({ book: id, reminders: 0, isOver: false }),
  react: (state, input) => {
    const overdue = { name: 'overdue', dueAt: inAWeek(input.at) };
    switch (input.name) {
      case 'BookLent':
        return handled('wait for the book', state, { timers: [overdue] });
      case 'overdue': {
        const times = state.reminders + 1;
        return state.reminders < 2
          ? handled(
              'remind',
              { ...state, reminders: times },
              { timers: [overdue], commands: [remind.ask({ book: state.book, times }, `remind:${times}`)] },
            )
          : handled('give up', state, { commands: [declareLost.ask({ book: state.book })] });
      }
      case 'BookReturned':
      case 'BookLost':
        return handled('done', { ...state, isOver: true }, { cancelTimers: ['overdue'] });
      default:
        return ignored;
    }
  },
  status: ({ isOver }) => (isOver ? 'COMPLETED' : 'RUNNING'),
};

export const library: TidemarkFeature = {
  aggregates: [book],
  projections: [shelfProjection, loansProjection],
  inlineProjections: [deskProjection],
  processes: [loan],
  commands: [remind, declareLost],
};
