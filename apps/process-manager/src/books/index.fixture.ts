export { Books } from './books.fixture';
export { faultsAtAnyMoment, type Evidence, type LedgerLine } from './faults-in-books.fixture';
