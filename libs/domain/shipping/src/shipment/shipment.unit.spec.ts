import { parseProductId } from '@tidemark/catalogue';
import { parseCustomerId } from '@tidemark/customers';
import { EventCodec } from '@tidemark/kernel';
import { parseOrderId } from '@tidemark/ordering';
import { given } from '@tidemark/kernel/testing';
import { shipmentIdOf } from '../shipment-id';
import { cancelShipment } from './cancel-shipment';
import { createShipment } from './create-shipment';
import { deliverShipment } from './deliver-shipment';
import { dispatchShipment } from './dispatch-shipment';
import { shipmentContracts, type ShipmentEvent } from './events';
import { shipment } from './shipment';

const orderId = parseOrderId('0192f0c1-2345-7abc-8def-0123456789ab')!;
const customerId = parseCustomerId('C1')!;
const shipmentId = shipmentIdOf(orderId);
const keys = { shipmentId, orderId, customerId };
const contents = {
  lines: [{ productId: parseProductId('A')!, productName: 'Lantern', quantity: 2 }],
  shippingAddress: {
    name: 'Ada',
    line1: '1 Main St',
    city: 'London',
    postalCode: 'N1 9GU',
    country: 'GB',
  },
  shippingMethod: 'express',
};
const parcel = { carrier: 'DHL', trackingNumber: 'JD01' };
const estimatedDelivery = '2026-01-03';

const create = createShipment.bind(undefined, { orderId, customerId, ...contents });
const dispatch = dispatchShipment.bind(undefined, { shipmentId, ...parcel, estimatedDelivery });
const deliver = deliverShipment.bind(undefined, { shipmentId });
const cancel = cancelShipment.bind(undefined, { orderId, customerId, reason: 'too late' });

const wasCreated: ShipmentEvent = { type: 'ShipmentCreated', data: { ...keys, ...contents } };
const wasDispatched: ShipmentEvent = {
  type: 'ShipmentDispatched',
  data: { ...keys, parcels: [parcel], estimatedDelivery },
};
const wasDelivered: ShipmentEvent = { type: 'ShipmentDelivered', data: keys };
const wasCancelled: ShipmentEvent = { type: 'ShipmentCancelled', data: { ...keys, reason: 'too late' } };
const wasNotCancelled: ShipmentEvent = {
  type: 'ShipmentCancellationRejected',
  data: { ...keys, reason: 'shipment_already_dispatched' },
};

const dispatched = [wasCreated, wasDispatched];
const delivered = [...dispatched, wasDelivered];
const cancelled = [wasCreated, wasCancelled];

describe('CreateShipment', () => {
  test('records the lines and the address', () => {
    given(shipment).when(create).then(wasCreated);
  });

  test.each([
    ['created', [wasCreated]],
    ['dispatched', dispatched],
    ['delivered', delivered],
  ])('changes nothing when the shipment is %s', (_, history) => {
    given(shipment, ...history)
      .when(create)
      .thenNothing();
  });

  test.each([
    ['before it existed', [wasCancelled]],
    ['since', cancelled],
  ])('is answered when the shipment was cancelled %s', (_, history) => {
    given(shipment, ...history)
      .when(create)
      .then({ type: 'ShipmentCancelled', data: { ...keys, reason: 'cancelled_before' } });
  });
});

describe('DispatchShipment', () => {
  test('hands the shipment to the carrier', () => {
    given(shipment, wasCreated).when(dispatch).then(wasDispatched);
  });

  test.each([
    ['shipment_not_ready', dispatched],
    ['shipment_not_ready', delivered],
    ['shipment_not_ready', cancelled],
    ['shipment_not_ready', [wasCancelled]],
    ['not_found', []],
  ])('%s', (code, history) => {
    given(shipment, ...history)
      .when(dispatch)
      .thenRefused(code);
  });
});

describe('DeliverShipment', () => {
  test('ends it', () => {
    given(shipment, ...dispatched)
      .when(deliver)
      .then(wasDelivered);
  });

  test.each([
    ['shipment_not_dispatched', [wasCreated]],
    ['shipment_not_dispatched', delivered],
    ['shipment_not_dispatched', cancelled],
    ['not_found', []],
  ])('%s', (code, history) => {
    given(shipment, ...history)
      .when(deliver)
      .thenRefused(code);
  });
});

describe('CancelShipment', () => {
  test.each([
    ['before it was dispatched', [wasCreated]],
    ['before it exists, so that it is never created', []],
  ])('cancels the shipment %s', (_, history) => {
    given(shipment, ...history)
      .when(cancel)
      .then(wasCancelled);
  });

  test.each([
    ['dispatched', dispatched],
    ['delivered', delivered],
  ])('is rejected once the shipment was %s', (_, history) => {
    given(shipment, ...history)
      .when(cancel)
      .then(wasNotCancelled);
  });

  test('changes nothing on a repeat', () => {
    given(shipment, ...cancelled)
      .when(cancel)
      .thenNothing();
  });
});

test('the state has every fact of the shipment', () => {
  const fold = (...history: ShipmentEvent[]) => history.reduce(shipment.evolve, shipment.initial);
  expect(fold(wasCreated)).toEqual({ status: 'CREATED', ...keys, ...contents });
  expect(fold(...delivered, wasNotCancelled)).toEqual({
    status: 'DELIVERED',
    ...keys,
    ...contents,
    parcels: [parcel],
    estimatedDelivery,
  });
  expect(fold(wasCancelled)).toEqual({ status: 'CANCELLED', ...keys });
});

test('every event of these tests fits its contract', () => {
  const codec = new EventCodec(shipmentContracts);
  const events = [wasCreated, wasDispatched, wasDelivered, wasCancelled, wasNotCancelled];
  expect(events.map((event) => codec.encode(event).data)).toEqual(events.map((event) => event.data));
});
