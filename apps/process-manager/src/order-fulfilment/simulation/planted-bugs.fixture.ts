import type { AppendResult, ReadStreamOptions } from '@tidemark/event-store';
import type { EventEnvelope } from '@tidemark/kernel';
import type { CaptureAnswer, RefundAnswer, RefundRequest } from '@tidemark/payments';
import { ignored, type ProcessInput, type Reaction } from '@tidemark/process-manager';
import { paymentOf, type Fulfilment } from '../fulfilment';
import { orderFulfilment, type OrderFulfilment } from '../order-fulfilment';
import { refunded } from '../payment-reactions';
import type { WorldOptions } from './fulfilment-world.fixture';
import type { InterleavedOptions } from './interleaved-world.fixture';
import { MemoryProvider } from './memory-provider.fixture';
import { ReplicaStore } from './replica-store.fixture';

/** The real fulfilment, except for its reaction to some inputs. */
function mutant(
  react: (fulfilment: Fulfilment, input: ProcessInput, real: OrderFulfilment) => Reaction<Fulfilment>,
): OrderFulfilment {
  const real = orderFulfilment();
  return { ...real, react: (fulfilment, input) => react(fulfilment, input, real) };
}

/** Reserves the stock but forgets to arm its release. */
const losesCompensation = mutant((fulfilment, input, real) => {
  const reaction = real.react(fulfilment, input);
  if (input.name !== 'OrderPaid' || reaction.outcome !== 'handled') {
    return reaction;
  }
  const { compensations } = reaction.state;
  const kept = compensations.filter(({ stage }) => stage !== 'releasing_stock');
  return { ...reaction, state: { ...reaction.state, compensations: kept } };
});

/** Requests the refund when its timer fires, and takes the next firing as its end. */
const trustsEveryTimer = mutant((fulfilment, input, real) => {
  const payment = fulfilment.payments.find(({ status }) => status === 'REFUNDING');
  return input.name.startsWith('refund_retry') && payment
    ? refunded(fulfilment, payment.paymentId)
    : real.react(fulfilment, input);
});

/** Treats money that arrives after the deadline as an error. */
const ignoresLateCapture = mutant((fulfilment, input, real) => {
  const isLate =
    input.kind === 'event' &&
    input.name === 'PaymentCaptured' &&
    paymentOf(fulfilment, (input.event.data as { paymentId: string }).paymentId)?.status === 'EXPIRED';
  return isLate ? ignored : real.react(fulfilment, input);
});

/** Refunds at every request. */
class ForgetfulProvider extends MemoryProvider {
  protected override once<Answer extends CaptureAnswer | RefundAnswer>(
    key: string,
    act: () => Answer,
  ): Answer {
    return key.startsWith('refund') ? act() : super.once(key, act);
  }
}

/** Refunds the same number in another currency. */
class ForeignProvider extends MemoryProvider {
  override refund(request: RefundRequest): RefundAnswer {
    return super.refund({ ...request, amount: { ...request.amount, currency: 'EUR' } });
  }
}

/** Looks for a command during the load instead of after it, and so misses commits of other replicas. */
class LooksUpBesideTheLoad extends ReplicaStore {
  private known: ReadonlySet<string> | undefined;

  override async *readStream(streamId: string, options: ReadStreamOptions): AsyncGenerator<EventEnvelope> {
    if (streamId.startsWith('Payment-')) {
      this.known = new Set(this.log.results.keys());
    }
    yield* super.readStream(streamId, options);
  }

  override async findCommand(commandId: string): Promise<AppendResult | undefined> {
    const { known } = this;
    this.known = undefined;
    const result = await super.findCommand(commandId);
    return known?.has(commandId) === false ? undefined : result;
  }
}

/** Bugs that only interleavings show. */
export const plantedInterleavings: Readonly<Record<string, InterleavedOptions>> = {
  'a second replica that asks under a second key': { store: LooksUpBesideTheLoad },
  'a nack that is ignored': { ignoresNacks: true },
};

/** Bugs that only the books can find. */
export const plantedBugs: Readonly<Record<string, WorldOptions>> = {
  'a lost compensation': { definition: losesCompensation },
  'a refund that is not idempotent': { provider: ForgetfulProvider },
  'a timer that fires twice': { definition: trustsEveryTimer, timersFireTwice: true },
  'a refund in another currency': { provider: ForeignProvider },
  'an ignored late capture': { definition: ignoresLateCapture },
};
