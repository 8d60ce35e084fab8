import { aggregates } from '@tidemark/contracts';
import {
  BrokerCommandSender,
  PostgresCommandSender,
  type BrokerConnection,
  type CommandSender,
  scopedLogger,
} from '@tidemark/messaging';
import type { ProcessManagerConfig } from '../config';

/** How commands leave. */
export const COMMAND_SENDER = Symbol('command sender');

/** @param connection needed if commands go by the broker */
export function commandSender(
  { broker, eventLog }: ProcessManagerConfig,
  connection: BrokerConnection,
): CommandSender {
  const options = {
    prefix: broker.prefix,
    streamTypes: Object.keys(aggregates),
    logger: scopedLogger('commands'),
  };
  return broker.commands === 'rabbitmq'
    ? new BrokerCommandSender({ ...options, broker: connection })
    : new PostgresCommandSender({ ...options, databaseUrl: eventLog.url });
}
