import { parseOrderId } from '@tidemark/ordering';
import { shipmentIdOf } from './shipment-id';

const text = '0192f0c1-2345-7abc-8def-0123456789ab';

test('a shipment is named after its order', () => {
  expect(shipmentIdOf(parseOrderId(text)!)).toBe(text);
});
