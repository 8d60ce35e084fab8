import { parseProductId } from '@tidemark/catalogue';
import { parseCustomerId } from '@tidemark/customers';
import { parseOrderId } from '@tidemark/ordering';
import { Subject, step, type Step } from '@tidemark/kernel/testing';
import fc from 'fast-check';
import { shipmentIdOf } from '../shipment-id';
import { cancelShipment } from './cancel-shipment';
import { createShipment } from './create-shipment';
import { deliverShipment } from './deliver-shipment';
import { dispatchShipment } from './dispatch-shipment';
import { shipmentContracts, type ShipmentEvent } from './events';
import { shipment, type ShipmentState } from './shipment';

interface Model {
  status: ShipmentState['status'];
}

type ShipmentStep = Step<Model, ShipmentState, ShipmentEvent>;

const orderId = parseOrderId('0192f0c1-2345-7abc-8def-0123456789ab')!;
const customerId = parseCustomerId('C1')!;
const shipmentId = shipmentIdOf(orderId);
const lines = [{ productId: parseProductId('A')!, productName: 'Lantern', quantity: 2 }];
const shippingAddress = {
  name: 'Ada',
  line1: '1 Main St',
  city: 'London',
  postalCode: 'N1 9GU',
  country: 'GB',
};

const create: ShipmentStep = step(
  'create',
  (state) => createShipment({ orderId, customerId, lines, shippingAddress }, state),
  (model) => {
    if (model.status === 'CANCELLED') {
      return ['ShipmentCancelled'];
    }
    if (model.status !== 'ABSENT') {
      return [];
    }
    model.status = 'CREATED';
    return ['ShipmentCreated'];
  },
);

const dispatch: ShipmentStep = step(
  'dispatch',
  (state) => dispatchShipment({ shipmentId, carrier: 'DHL', trackingNumber: 'JD01' }, state),
  (model) => {
    if (model.status !== 'CREATED') {
      return model.status === 'ABSENT' ? 'not_found' : 'shipment_not_ready';
    }
    model.status = 'DISPATCHED';
    return ['ShipmentDispatched'];
  },
);

const deliver: ShipmentStep = step(
  'deliver',
  (state) => deliverShipment({ shipmentId }, state),
  (model) => {
    if (model.status !== 'DISPATCHED') {
      return model.status === 'ABSENT' ? 'not_found' : 'shipment_not_dispatched';
    }
    model.status = 'DELIVERED';
    return ['ShipmentDelivered'];
  },
);

const cancel: ShipmentStep = step(
  'cancel',
  (state) => cancelShipment({ orderId, customerId, reason: 'r' }, state),
  (model) => {
    switch (model.status) {
      case 'ABSENT':
      case 'CREATED':
        model.status = 'CANCELLED';
        return ['ShipmentCancelled'];
      case 'CANCELLED':
        return [];
      case 'DISPATCHED':
      case 'DELIVERED':
        return ['ShipmentCancellationRejected'];
      default:
        return model.status satisfies never;
    }
  },
);

/**
 * The only allowed changes of status: a dispatched shipment is never cancelled, and a cancelled one never dispatched.
 */
const mayBecome: Record<ShipmentState['status'], readonly ShipmentState['status'][]> = {
  ABSENT: ['CREATED', 'CANCELLED'],
  CREATED: ['DISPATCHED', 'CANCELLED'],
  DISPATCHED: ['DISPATCHED', 'DELIVERED'],
  DELIVERED: ['DELIVERED'],
  CANCELLED: ['CANCELLED'],
};

test('after any commands, a shipment goes forward or is cancelled, and never both', () => {
  const seen = new Set<string>();
  const steps = [create, dispatch, deliver, cancel].map((one) => fc.constant(one));
  fc.assert(
    fc.property(fc.commands(steps, { maxCommands: 20, size: 'max' }), (commands) => {
      const model: Model = { status: 'ABSENT' };
      const subject = new Subject(shipment, (state, before, event) => {
        expect(mayBecome[before.status]).toContain(state.status);
        seen.add(event.type);
      });
      fc.modelRun(() => ({ model, real: subject }), commands);
      expect(subject.state.status).toBe(model.status);
    }),
    // The seed keeps the coverage of the runs independent of chance.
    { numRuns: 1_000, seed: 1_834 },
  );
  // Runs that refuse most commands prove little.
  expect(seen.size).toBe(shipmentContracts.length);
});
