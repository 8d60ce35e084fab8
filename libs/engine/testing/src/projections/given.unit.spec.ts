import { AssertionError } from 'node:assert';
import type { DomainEvent } from '@tidemark/kernel';
import { defineReadModel, ProjectionFailedError, projectionsOf } from '@tidemark/projections';
import { z } from 'zod';
import { given } from './given';

type Shelved = DomainEvent<'BookShelved', { readonly book: string; readonly pages: number }>;
type Lent = DomainEvent<'BookLent', { readonly book: string }>;

type Keys = { readonly shelf: { readonly event: Shelved | Lent; readonly id: string } };

const books = defineReadModel({
  name: 'books',
  fields: { pages: z.int(), lentAt: z.string().optional() },
});

const booksProjection = projectionsOf<Keys>()(books).keyedBy('shelf', {
  version: 1,
  on: {
    BookShelved: { id: ({ data }) => data.book, create: ({ data }) => ({ pages: data.pages }) },
    BookLent: {
      id: ({ data }) => data.book,
      change: (book, { timestamp }) => ({ ...book, lentAt: timestamp }),
    },
  },
});

const shelved = (book: string, pages = 9): Shelved => ({ type: 'BookShelved', data: { book, pages } });
const lent = (book: string): Lent => ({ type: 'BookLent', data: { book } });

describe('a projection', () => {
  it('has the documents that its events make, in any order', () => {
    given(booksProjection, shelved('b'), shelved('a', 3)).then(
      { _id: 'a', pages: 3 },
      { _id: 'b', pages: 9 },
    );
    given(booksProjection).thenNothing();
  });

  it('reads as much of the envelope as a test gives', () => {
    const timestamp = '2026-05-01T10:00:00.000Z';
    given(booksProjection, shelved('a'), { ...lent('a'), timestamp }).then({
      _id: 'a',
      pages: 9,
      lentAt: timestamp,
    });
  });

  it.each([
    ['another document', () => given(booksProjection, shelved('a')).then({ _id: 'b', pages: 9 })],
    ['another field', () => given(booksProjection, shelved('a')).then({ _id: 'a', pages: 8 })],
    ['a missing document', () => given(booksProjection).then({ _id: 'a', pages: 9 })],
    ['a document too many', () => given(booksProjection, shelved('a')).thenNothing()],
  ])('fails on %s', (_, expectation) => {
    expect(expectation).toThrow(AssertionError);
  });

  it('fails on a document that no store would take', () => {
    const given05 = given(booksProjection, shelved('a', 0.5));
    expect(() => given05.then({ _id: 'a', pages: 0.5 })).toThrow(/a does not fit the fields of books: pages/);
  });

  it('fails if the projection throws', () => {
    expect(() => given(booksProjection, lent('a'))).toThrow(ProjectionFailedError);
  });
});
