import { topologyNames } from '../broker/topology';
import { createTestBed } from '../events/test-bed.fixture';
import { BrokerCommandReceiver } from './broker-command-receiver';
import { BrokerCommandSender } from './broker-command-sender';
import type { CommandBed } from './command-bed.fixture';

export async function createBrokerCommandBed(): Promise<CommandBed> {
  const bed = await createTestBed();
  const { broker, prefix, channel } = bed;
  const names = topologyNames(prefix);
  const queue = names.commandQueue('Order');
  const options = { broker, prefix, streamTypes: ['Order'], minBackoffMs: 5, maxBackoffMs: 20 };
  return {
    sender: () => new BrokerCommandSender(options),
    receiver: (more) => new BrokerCommandReceiver({ ...options, ...more }),
    inspect: async () => (await bed.inspect(queue)) ?? { ready: 0, consumers: 0 },
    async drain() {
      return (await bed.drain(queue)).map(({ properties }) => ({
        headers: properties.headers ?? {},
        isDurable: properties.deliveryMode === 2,
      }));
    },
    async drainDead() {
      return (await bed.drain(names.deadQueue)).map(({ content, fields, properties: { headers = {} } }) => ({
        content,
        routingKey: fields.routingKey,
        messageId: headers['original-message-id'],
        reasonCode: headers['reason-code'],
        reason: headers['reason'],
        attempts: headers['attempts'],
      }));
    },
    put({ exchange, routingKey, content, properties }) {
      channel.publish(exchange, routingKey, content, properties);
      return Promise.resolve();
    },
    cut: () => bed.proxy.cut(),
    dispose: () => bed.dispose(),
  };
}
