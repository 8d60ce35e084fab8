import type { TidemarkEvent } from '@tidemark/contracts';
import { Books, reservedOf, type OrderBook } from './books.fixture';

/** A line of the payment provider's own ledger: a charge or a refund. */
export interface LedgerLine {
  readonly kind: 'charge' | 'refund';
  readonly transactionId: string;
  readonly amount: number;
  readonly currency: string;
}

/** The facts that are visible from outside. */
export interface Evidence {
  /** All events, in order within each stream. */
  readonly log: readonly TidemarkEvent[];
  readonly ledger: readonly LedgerLine[];
  /** Money that an operator recorded as paid back without the provider. */
  readonly paidBackByHand?: readonly {
    readonly orderId: string;
    readonly amount: number;
    readonly currency: string;
  }[];
  /** By order id: the state that `GET /v1/fulfilments/{orderId}` shows. */
  readonly fulfilments: ReadonlyMap<string, string>;
}

/** Violations of rules that must hold at every moment. Empty if the books are correct. */
export function faultsAtAnyMoment(evidence: Evidence): string[] {
  const books = new Books(evidence.log);
  return [
    ...books.faults,
    ...faultsOfPayments(books, evidence),
    ...faultsOfStock(books),
    ...[...books.orders.values()].flatMap((order) => faultsOfOrder(books, order, evidence)),
  ];
}

/** Like `faultsAtAnyMoment`, with violations of the rules that must hold once no work is in progress. */
export function faultsAtRest(evidence: Evidence): string[] {
  const books = new Books(evidence.log);
  return [
    ...faultsAtAnyMoment(evidence),
    ...faultsOfEnds(books, evidence),
    ...faultsOfLedger(books, evidence),
    ...[...books.stock].flatMap(([productId, { byOrder }]) =>
      reservedOf(byOrder) === 0 ? [] : [`${productId}: ${reservedOf(byOrder)} are reserved for no order`],
    ),
  ];
}

function faultsOfPayments(books: Books, { ledger }: Evidence): string[] {
  return [...books.payments].flatMap(([paymentId, { transactionId, currency, captured, refunded }]) => {
    const lines = ledger.filter((line) => line.transactionId === transactionId);
    const foreign = lines.filter((line) => line.currency !== currency);
    const [charged, givenBack] = [sumOf(lines, 'charge'), sumOf(lines, 'refund')];
    return [
      ...foreign.map(
        ({ kind, ...line }) => `payment ${paymentId}: a ${kind} in ${line.currency}, not ${currency}`,
      ),
      ...(refunded > captured ? [`payment ${paymentId}: ${refunded} refunded of ${captured}`] : []),
      ...(captured !== charged ? [`payment ${paymentId}: ${captured} captured, ${charged} charged`] : []),
      ...(givenBack > charged ? [`payment ${paymentId}: ${givenBack} given back of ${charged}`] : []),
      ...(refunded > givenBack
        ? [`payment ${paymentId}: ${refunded} refunded, ${givenBack} given back`]
        : []),
    ];
  });
}

function faultsOfStock({ stock }: Books): string[] {
  return [...stock].flatMap(([productId, { byOrder }]) =>
    [...byOrder]
      .filter(([, { reserved, released, shipped }]) => released + shipped > reserved)
      .map(([orderId]) => `${productId}: more than was reserved has gone for ${orderId}`),
  );
}

function faultsOfOrder(
  books: Books,
  order: OrderBook,
  { fulfilments, paidBackByHand = [] }: Evidence,
): string[] {
  const { orderId, status, paid = 0, pieces, isDispatched } = order;
  const byHand = paidBackByHand.filter((payment) => payment.orderId === orderId);
  const kept = books.kept(orderId) - byHand.reduce((sum, { amount }) => sum + amount, 0);
  const { reserved, released, shipped } = books.heldFor(orderId);
  const isGone = isDispatched || status === 'SHIPPED' || status === 'DELIVERED';
  const currencies = [...books.payments.values()]
    .filter((payment) => payment.orderId === orderId && payment.captured > 0)
    .map((payment) => payment.currency);
  const faults = [
    ...currencies
      .filter((currency) => order.currency !== undefined && currency !== order.currency)
      .map((currency) => `order ${orderId}: ${currency} taken for what costs ${order.currency}`),
    ...(isGone && kept < paid ? [`order ${orderId}: shipped, and ${kept} kept of ${paid}`] : []),
    ...(isGone && released > 0 ? [`order ${orderId}: shipped and released`] : []),
    ...(status === 'CANCELLED' && isGone ? [`order ${orderId}: shipped and cancelled`] : []),
  ];
  switch (fulfilments.get(orderId)) {
    case 'FULFILLED':
      return [
        ...faults,
        ...(status !== 'DELIVERED' ? [`order ${orderId}: fulfilled, but ${status}`] : []),
        ...(kept !== paid ? [`order ${orderId}: fulfilled with ${kept} kept of ${paid}`] : []),
        ...(shipped !== pieces ? [`order ${orderId}: fulfilled with ${shipped} of ${pieces} shipped`] : []),
      ];
    case 'COMPENSATED':
      return [
        ...faults,
        ...(status !== 'PENDING' && status !== 'CANCELLED'
          ? [`order ${orderId}: compensated, but ${status}`]
          : []),
        ...(kept !== 0 ? [`order ${orderId}: compensated while ${kept} is owed`] : []),
        ...(shipped !== 0 ? [`order ${orderId}: compensated and shipped`] : []),
        ...(reserved !== released ? [`order ${orderId}: compensated with stock reserved`] : []),
      ];
    case undefined:
    default:
      return faults;
  }
}

/** Every customer who paid has the goods or the money. */
function faultsOfEnds({ orders, payments }: Books, { fulfilments }: Evidence): string[] {
  const begun = new Set([...payments.values()].map(({ orderId }) => orderId));
  const open = [...begun].filter(
    (orderId) => !['FULFILLED', 'COMPENSATED'].includes(fulfilments.get(orderId) ?? ''),
  );
  return [
    ...open.map((orderId) => `order ${orderId}: its fulfilment is ${fulfilments.get(orderId) ?? 'missing'}`),
    ...[...orders.values()]
      .filter(({ status }) => status === 'PAID')
      .map(({ orderId }) => `order ${orderId}: paid, and neither shipped nor refunded`),
  ];
}

/** In each currency: captured = refunded + paid back by hand + kept, and the provider says the same. */
function faultsOfLedger(books: Books, { ledger, paidBackByHand = [] }: Evidence): string[] {
  const payments = [...books.payments.values()];
  const orders = [...books.orders.values()].filter(
    ({ status }) => status === 'SHIPPED' || status === 'DELIVERED',
  );
  const currencies = new Set([...payments, ...ledger].map(({ currency }) => currency));
  return [...currencies].flatMap((currency) => {
    const inIt = <Item extends { readonly currency?: string }>(items: readonly Item[]) =>
      items.filter((item) => item.currency === currency);
    const captured = inIt(payments).reduce((sum, payment) => sum + payment.captured, 0);
    const refunded = inIt(payments).reduce((sum, payment) => sum + payment.refunded, 0);
    const byHand = inIt(paidBackByHand).reduce((sum, { amount }) => sum + amount, 0);
    const kept = inIt(orders).reduce((sum, { paid = 0 }) => sum + paid, 0);
    const [charged, givenBack] = [sumOf(inIt(ledger), 'charge'), sumOf(inIt(ledger), 'refund')];
    return [
      ...(captured !== refunded + byHand + kept
        ? [`${currency}: ${captured} captured, ${refunded} refunded, ${byHand} by hand, ${kept} kept`]
        : []),
      ...(captured !== charged ? [`${currency}: ${captured} captured, the provider charged ${charged}`] : []),
      ...(refunded !== givenBack
        ? [`${currency}: ${refunded} refunded, the provider gave back ${givenBack}`]
        : []),
    ];
  });
}

function sumOf(lines: readonly LedgerLine[], kind: LedgerLine['kind']): number {
  return lines.filter((line) => line.kind === kind).reduce((sum, { amount }) => sum + amount, 0);
}
