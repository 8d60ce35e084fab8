import {
  BrokerCommandReceiver,
  BrokerCommandSender,
  scopedLogger,
  type BrokerConnection,
  type MessageKeys,
} from '@tidemark/messaging';
import type { CommandEnd, CommandWay } from './command-way';

interface Options {
  readonly broker: BrokerConnection;
  readonly keys: MessageKeys;
  readonly prefix?: string;
}

/** Commands travel by the broker, which has a health check of its own. */
export function brokerCommands({ keys, ...address }: Options): CommandWay {
  const common = { ...address, logger: scopedLogger('commands') };
  return {
    keys,
    sender: ({ streamTypes }) => endOf(new BrokerCommandSender({ ...common, streamTypes })),
    receiver: ({ streamTypes, prefetch }) =>
      endOf(
        new BrokerCommandReceiver({ ...common, streamTypes, ...(prefetch !== undefined && { prefetch }) }),
      ),
  };
}

function endOf<End>(end: End): CommandEnd<End> {
  return { end, checks: [], requireMigrated: () => Promise.resolve() };
}
