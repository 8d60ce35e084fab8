import { given } from '@tidemark/kernel/testing';
import { releaseInventory } from './release-inventory';
import { reserveInventory } from './reserve-inventory';
import { shipReservedInventory } from './ship-reserved-inventory';
import { maxSettledOrders, standingOf, stockItem } from './stock-item';
import {
  orderId,
  orderIdOf,
  other,
  productId,
  received,
  refused,
  released,
  reserved,
  shipped,
} from './stock-item.fixture';

const reserve4 = reserveInventory.bind(undefined, { productId, orderId, quantity: 4 });
const release = releaseInventory.bind(undefined, { productId, orderId });
const ship = shipReservedInventory.bind(undefined, { productId, orderId });

const holding = [received(10), reserved(4, { onHand: 10, reserved: 4 })];
const afterRelease = [...holding, released(4, { onHand: 10, reserved: 0 })];
const afterShipment = [...holding, shipped(4, { onHand: 6, reserved: 0 })];
const afterRefusal = [received(3), refused('insufficient_stock', 4, { onHand: 3, reserved: 0 })];
const tombstone = [received(10), released(0, { onHand: 10, reserved: 0 })];

describe('ReserveInventory', () => {
  test('holds pieces for an order', () => {
    given(stockItem, received(10))
      .when(reserve4)
      .then(reserved(4, { onHand: 10, reserved: 4 }));
  });

  test('takes the last piece', () => {
    given(stockItem, received(4))
      .when(reserve4)
      .then(reserved(4, { onHand: 4, reserved: 4 }));
  });

  test.each([
    ['the stock is too low', [received(3)], { onHand: 3, reserved: 0 }],
    ['there was never any stock', [], { onHand: 0, reserved: 0 }],
    [
      'other orders hold the stock',
      [received(10), reserved(7, { onHand: 10, reserved: 7 }, other)],
      { onHand: 10, reserved: 7 },
    ],
  ])('is answered with a failure when %s', (_, history, levels) => {
    given(stockItem, ...history)
      .when(reserve4)
      .then(refused('insufficient_stock', 4, levels));
  });

  test.each([
    ['holds the stock', holding],
    ['has shipped the stock', afterShipment],
  ])('changes nothing on a repeat when the order %s', (_, history) => {
    given(stockItem, ...history)
      .when(reserve4)
      .thenNothing();
  });

  test('stays refused once it was refused, even if there is enough stock now', () => {
    given(stockItem, ...afterRefusal, received(10, 13))
      .when(reserve4)
      .then(refused('insufficient_stock', 4, { onHand: 13, reserved: 0 }));
  });

  test.each([
    ['before it was reserved', tombstone],
    ['after it was reserved', afterRelease],
    [
      'with a late reservation that was refused',
      [...tombstone, refused('reservation_released', 4, { onHand: 10, reserved: 0 })],
    ],
  ])('is refused once the order was released %s', (_, history) => {
    given(stockItem, ...history)
      .when(reserve4)
      .then(refused('reservation_released', 4, { onHand: 10, reserved: 0 }));
  });
});

describe('ReleaseInventory', () => {
  test('gives back what the order holds', () => {
    given(stockItem, ...holding)
      .when(release)
      .then(released(4, { onHand: 10, reserved: 0 }));
  });

  test.each([
    ['before the reservation', [received(10)], { onHand: 10, reserved: 0 }],
    ['twice before the reservation', tombstone, { onHand: 10, reserved: 0 }],
    ['after the release', afterRelease, { onHand: 10, reserved: 0 }],
    ['after the refusal', afterRefusal, { onHand: 3, reserved: 0 }],
    ['after the shipment', afterShipment, { onHand: 6, reserved: 0 }],
  ])('is answered and gives nothing back: %s', (_, history, levels) => {
    given(stockItem, ...history)
      .when(release)
      .then(released(0, levels));
  });

  test('leaves other orders alone', () => {
    given(stockItem, received(10), reserved(4, { onHand: 10, reserved: 4 }, other))
      .when(release)
      .then(released(0, { onHand: 10, reserved: 4 }));
  });
});

describe('ShipReservedInventory', () => {
  test('ships the pieces that the order held', () => {
    given(stockItem, ...holding)
      .when(ship)
      .then(shipped(4, { onHand: 6, reserved: 0 }));
  });

  test('changes nothing on a repeat', () => {
    given(stockItem, ...afterShipment)
      .when(ship)
      .thenNothing();
  });

  test.each([
    ['never made', [received(10)]],
    ['released', afterRelease],
    ['refused', afterRefusal],
  ])('is refused for a reservation that was %s', (_, history) => {
    given(stockItem, ...history)
      .when(ship)
      .thenRefused('reservation_not_found');
  });
});

describe('the memory of an item', () => {
  const levels = { onHand: 10, reserved: 0 };
  const others = Array.from({ length: maxSettledOrders + 1 }, (_, n) => orderIdOf(100 + n));
  const manyOthers = others.flatMap((id) => [
    reserved(1, { onHand: 10, reserved: 1 }, id),
    released(1, levels, id),
  ]);
  const fold = (...history: Parameters<typeof stockItem.evolve>[1][]) =>
    history.reduce(stockItem.evolve, stockItem.initial);

  test('is bounded', () => {
    const state = fold(...afterRelease, ...manyOthers);
    expect(state.settled).toHaveLength(maxSettledOrders);
    expect(standingOf(state, orderId)).toBeUndefined();
    expect(standingOf(state, others[others.length - 1]!)).toBe('RELEASED');
  });

  test('never loses a reservation or a tombstone that still waits', () => {
    expect(standingOf(fold(...holding, ...manyOthers), orderId)).toBe('RESERVED');
    expect(standingOf(fold(...tombstone, ...manyOthers), orderId)).toBe('TOMBSTONE');
    expect(standingOf(fold(...tombstone, tombstone[1]!, ...manyOthers), orderId)).toBe('TOMBSTONE');
  });

  test('has one tombstone for repeated releases, and none for a settled order', () => {
    expect(fold(...tombstone, tombstone[1]!).tombstones).toEqual([orderId]);
    for (const history of [afterRelease, afterRefusal, afterShipment]) {
      expect(fold(...history, released(0, levels)).tombstones).toEqual([]);
    }
  });

  test('drops the tombstone when the late reservation arrives', () => {
    const state = fold(...tombstone, refused('reservation_released', 4, levels));
    expect(state.tombstones).toEqual([]);
    expect(standingOf(state, orderId)).toBe('RELEASED');
  });
});
