import type { OrderId } from '@tidemark/ordering';
import { PayOrderHandler } from '../orders/pay-order/pay-order.handler';
import { WriteCommand } from '../write/write-command';
import { processCommands } from './process-commands';

// Logs and metrics identify a use case by the class name of its command.
test.each(Object.entries(processCommands))(
  'the command class of %s has the name of its contract',
  (name, [command, handler]) => {
    expect(command.name).toBe(`${name}Command`);
    expect(handler.name).toBe(`${name}Handler`);
  },
);

test('a command with other fields than its contract does not compile', () => {
  class Renamed extends WriteCommand<{ readonly orderId: OrderId; readonly payment: string }> {}
  // @ts-expect-error the contract has `paymentId` and `amount`
  const renamed: (typeof processCommands)['PayOrder'] = [Renamed, PayOrderHandler];
  expect(renamed).not.toEqual(processCommands.PayOrder);
});
