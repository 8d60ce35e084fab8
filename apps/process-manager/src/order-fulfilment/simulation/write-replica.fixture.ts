import { CommandExecutor, type Execution, type EventStore } from '@tidemark/event-store';
import { aggregates, type CommandName, type StreamType, type TidemarkEvent } from '@tidemark/contracts';
import type { Aggregate, Decision } from '@tidemark/kernel';
import type { CommandEnvelope } from '@tidemark/messaging';
import type { OrderState } from '@tidemark/ordering';
import {
  chargeFor,
  refundFor,
  type CaptureAnswer,
  type PaymentState,
  type RefundAnswer,
} from '@tidemark/payments';
import type { WatchedProvider } from './watched-provider.fixture';
import { dataOf, decideCommand, idOf, type StateOf } from '../write-side.fixture';

/**
 * One replica of the command service: the real executor and the real decisions over the log as this replica sees it.
 */
export class WriteReplica {
  private readonly executor: CommandExecutor;

  constructor(
    store: EventStore,
    private readonly providerFor: (commandId: string) => WatchedProvider,
  ) {
    this.executor = new CommandExecutor({ store, cacheSize: 16 });
  }

  handle(command: CommandEnvelope): Promise<Execution> {
    const streamType = command.streamType as StreamType;
    const { commandId, correlationId, actor } = command;
    const request = {
      aggregate: aggregates[streamType] as Aggregate<unknown, TidemarkEvent>,
      aggregateId: idOf(command),
      command: { commandId, commandHash: commandId, correlationId, actor },
    };
    return streamType === 'Payment'
      ? this.executor.executeAsking({ ...request, decide: (state) => this.decideAsking(command, state) })
      : this.executor.execute({ ...request, decide: (state) => this.decide(command, state) });
  }

  private async decide(command: CommandEnvelope, state: unknown): Promise<Decision<TidemarkEvent>> {
    const order = command.streamType === 'Shipment' ? await this.orderOf(command) : aggregates.Order.initial;
    return decideCommand(command, statesOf({ Order: order, [command.streamType]: state }));
  }

  private async decideAsking(command: CommandEnvelope, state: unknown): Promise<Decision<TidemarkEvent>> {
    const provider = this.providerFor(command.commandId);
    const { charge, refund } = questionsOf(command, state as PaymentState);
    const captured = charge && (await provider.capture(charge));
    const refunded = refund && (await provider.refund(refund));
    return decideCommand(command, statesOf({ Order: aggregates.Order.initial, Payment: state }), {
      capture: () => captured as CaptureAnswer,
      refund: () => refunded as RefundAnswer,
    });
  }

  private async orderOf(command: CommandEnvelope): Promise<OrderState> {
    const order = aggregates.Order as Aggregate<OrderState, TidemarkEvent>;
    return (await this.executor.load(order, idOf(command))).state;
  }
}

/** The request to the provider that is needed before the decision. */
function questionsOf({ type, data }: CommandEnvelope, state: PaymentState) {
  const name = type as CommandName;
  return {
    charge: name === 'CapturePayment' ? chargeFor(dataOf(name, data), state) : undefined,
    refund: name === 'RefundPayment' ? refundFor(dataOf(name, data), state) : undefined,
  };
}

function statesOf(states: Readonly<Partial<Record<string, unknown>>>): StateOf {
  return (streamType) => states[streamType] as never;
}
