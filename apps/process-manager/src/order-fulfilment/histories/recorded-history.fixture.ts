import type { EventEnvelope } from '@tidemark/kernel';
import { InstanceRun } from '@tidemark/process-manager';
import { stateOf } from '../../fulfilments/fulfilment-state';
import type { OrderFulfilment } from '../order-fulfilment';
import { carryOut, type ToldInput } from '../simulation/memory-process-manager.fixture';

type RecordedEvent = Pick<
  EventEnvelope,
  'eventId' | 'streamId' | 'type' | 'data' | 'timestamp' | 'causationId'
>;

/** A line of a recorded history: an input of a fulfilment, and its reaction. */
export interface RecordedStep {
  readonly on: Exclude<ToldInput, { event: EventEnvelope }> | { readonly event: RecordedEvent };
  readonly asks: readonly { readonly step: string; readonly command: string; readonly data: unknown }[];
  /** All compensations that changed; null if one was removed. */
  readonly timers: Readonly<Record<string, string | null>>;
  readonly step: string;
  /** The public state. */
  readonly status: string;
}

const orderId = '00000000-0000-4000-8000-000000000000';

/** Replays the recorded inputs to a new fulfilment of this version. */
export function replay(definition: OrderFulfilment, told: readonly RecordedStep['on'][]): RecordedStep[] {
  const run = InstanceRun.start(definition, orderId);
  let asked = 0;
  return told.map((on) => {
    tell(run, on);
    const { commands, timers, instance } = run.change()!;
    const asks = commands.slice(asked).map(({ step, envelope: { streamType, type, data } }) => ({
      step,
      command: `${streamType}.${type}`,
      data,
    }));
    asked = commands.length;
    return {
      on,
      asks,
      timers: Object.fromEntries([...timers].map(([name, dueAt]) => [name, dueAt ?? null])),
      step: instance.state.step,
      status: stateOf[run.status()],
    };
  });
}

/** The recorded part of an input. */
export function recorded(told: ToldInput): RecordedStep['on'] {
  if (!('event' in told)) {
    return told;
  }
  const { eventId, streamId, type, data, timestamp, causationId } = told.event;
  return { event: { eventId, streamId, type, data, timestamp, causationId } };
}

function tell(run: InstanceRun<unknown>, on: RecordedStep['on']): void {
  if ('event' in on) {
    run.event(envelopeOf(on.event));
  } else if ('timer' in on) {
    run.timer(on.timer, on.at);
  } else if ('unanswered' in on) {
    run.giveUpUnanswered(new Set(on.unanswered.map((step) => run.commandId(step))), on.at);
  } else {
    carryOut(run, on.person, on.at);
  }
}

function envelopeOf(event: RecordedEvent): EventEnvelope {
  return {
    ...event,
    streamType: event.streamId.split('-')[0]!,
    version: 1,
    partition: 0,
    position: 1,
    schemaVersion: 1,
    correlationId: 'recorded',
    metadata: { actor: 'recorded' },
  };
}
