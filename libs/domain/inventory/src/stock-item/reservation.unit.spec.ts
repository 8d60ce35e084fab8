import { given } from '@tidemark/testing';
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
    ['too little is there', [received(3)], { onHand: 3, reserved: 0 }],
    ['nothing was ever there', [], { onHand: 0, reserved: 0 }],
    [
      'others hold it',
      [received(10), reserved(7, { onHand: 10, reserved: 7 }, other)],
      { onHand: 10, reserved: 7 },
    ],
  ])('is answered when %s', (_, history, levels) => {
    given(stockItem, ...history)
      .when(reserve4)
      .then(refused('insufficient_stock', 4, levels));
  });

  test.each([
    ['holds it', holding],
    ['has shipped it', afterShipment],
  ])('again changes nothing when the order %s', (_, history) => {
    given(stockItem, ...history)
      .when(reserve4)
      .thenNothing();
  });

  test('once refused stays refused, although there is enough now', () => {
    given(stockItem, ...afterRefusal, received(10, 13))
      .when(reserve4)
      .then(refused('insufficient_stock', 4, { onHand: 13, reserved: 0 }));
  });

  test.each([
    ['before it was reserved', tombstone],
    ['after it was reserved', afterRelease],
    [
      'and the late reservation refused',
      [...tombstone, refused('reservation_released', 4, { onHand: 10, reserved: 0 })],
    ],
  ])('once released %s is refused', (_, history) => {
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
  ])('%s is answered and gives nothing back', (_, history, levels) => {
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
  test('takes what was held', () => {
    given(stockItem, ...holding)
      .when(ship)
      .then(shipped(4, { onHand: 6, reserved: 0 }));
  });

  test('again changes nothing', () => {
    given(stockItem, ...afterShipment)
      .when(ship)
      .thenNothing();
  });

  test.each([
    ['never reserved', [received(10)]],
    ['released', afterRelease],
    ['refused', afterRefusal],
  ])('is refused for what was %s', (_, history) => {
    given(stockItem, ...history)
      .when(ship)
      .thenRefused('reservation_not_found');
  });
});

describe('what an item remembers', () => {
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

  test('one tombstone is enough, and a settled order needs none', () => {
    expect(fold(...tombstone, tombstone[1]!).tombstones).toEqual([orderId]);
    for (const history of [afterRelease, afterRefusal, afterShipment]) {
      expect(fold(...history, released(0, levels)).tombstones).toEqual([]);
    }
  });

  test('a tombstone goes with the late reservation', () => {
    const state = fold(...tombstone, refused('reservation_released', 4, levels));
    expect(state.tombstones).toEqual([]);
    expect(standingOf(state, orderId)).toBe('RELEASED');
  });
});
