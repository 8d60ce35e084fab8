import type { DomainEvent, EventEnvelope } from '@tidemark/kernel';
import { commandIdOf } from './command-id';
import type { ProcessDefinition } from './process-definition';
import { handled, ignored } from './reaction';
import { TransitionTable } from './transition-table';

export type ParcelEvent =
  | DomainEvent<'ParcelOrdered', { readonly weight: number }>
  | DomainEvent<'ParcelPacked', object>
  | DomainEvent<'ParcelCollected', object>
  | DomainEvent<'ParcelLost', object>
  | DomainEvent<'ParcelReturned', object>
  | DomainEvent<'ParcelDelayed', object>
  | DomainEvent<'ParcelFound', object>;

export interface Parcel {
  readonly step: 'new' | 'packing' | 'collecting' | 'gone';
  readonly weight: number;
  readonly isDelayed?: boolean;
}

const remind = { step: 'remind', streamType: 'Parcel', type: 'Remind', data: {} };

/** A process for the engine's own tests: ordered → pack → collect, with a reminder, a bug and a contradiction. */
export function parcelProcess({ version = 1 } = {}): ProcessDefinition<Parcel, ParcelEvent> {
  const eventTypes = [
    'ParcelOrdered',
    'ParcelPacked',
    'ParcelCollected',
    'ParcelLost',
    'ParcelReturned',
    'ParcelDelayed',
    'ParcelFound',
  ] as const;
  const table = new TransitionTable<Parcel, Parcel['step'], ParcelEvent, 'reminder'>({
    process: 'parcel',
    eventTypes,
    timers: ['reminder'],
    columns: { new: 'new', packing: 'pck', collecting: 'col', gone: 'gon' },
    grid: `
                      new pck col gon
      ParcelOrdered    x   .   .   .
      ParcelPacked     >   x   .   .
      ParcelCollected  >   >   x   .
      ParcelLost       .   !   !   .
      ParcelReturned   .   >   !   !
      ParcelDelayed    .   x   .   .
      ParcelFound      .   x   .   .
      reminder         .   x   .   .
      retry            .   .   .   .
      skip             .   x   .   .
      force_compensate .   .   x   .`,
    reactions: {
      new: {
        ParcelOrdered: (_, { event, at }) =>
          handled(
            'pack',
            { step: 'packing', weight: event.data.weight },
            {
              commands: [{ step: 'pack', streamType: 'Parcel', type: 'Pack', data: event.data }],
              timers: [{ name: 'reminder', dueAt: at }],
            },
          ),
      },
      packing: {
        ParcelPacked: (parcel) => {
          if (parcel.weight < 0) {
            throw new RangeError('no parcel weighs less than nothing');
          }
          return handled(
            'collect',
            { ...parcel, step: 'collecting' },
            {
              commands: [{ step: 'collect', streamType: 'Parcel', type: 'Collect', data: {} }],
              cancelTimers: ['reminder'],
            },
          );
        },
        reminder: (parcel) => handled('remind', parcel, { commands: [remind] }),
        ParcelDelayed: (parcel) => handled('remind', { ...parcel, isDelayed: true }, { commands: [remind] }),
        ParcelFound: (parcel) => handled('go on', { ...parcel, isDelayed: false }),
        skip: (parcel, { unanswered }) =>
          unanswered.includes('pack')
            ? handled('packed by hand', { ...parcel, step: 'collecting' })
            : ignored,
      },
      collecting: {
        ParcelCollected: (parcel) => handled('done', { ...parcel, step: 'gone' }),
        force_compensate: (parcel) => handled('unpack', { ...parcel, step: 'gone' }),
      },
      gone: {},
    },
  });
  return {
    name: 'parcel',
    version,
    eventTypes,
    startsOn: ['ParcelOrdered', 'ParcelPacked', 'ParcelCollected'],
    correlate: ({ streamId }) => streamId.slice('Parcel-'.length),
    initial: () => ({ step: 'new', weight: 0 }),
    react: (parcel, input) => table.react(parcel, input),
    status: ({ step }) => (step === 'gone' ? 'COMPLETED' : 'RUNNING'),
    givenUp: ({ isDelayed }) => (isDelayed ? { code: 'delayed', message: 'where is it?' } : undefined),
  };
}

export interface ParcelEventOptions {
  readonly position?: number;
  readonly partition?: number;
  /** The step that the event answers. */
  readonly answers?: string;
  readonly weight?: number;
  /** The time of the event, from which the reminder's time follows. */
  readonly at?: string;
}

export function parcelEvent(
  id: string,
  type: ParcelEvent['type'],
  {
    position = 1,
    partition = 0,
    answers,
    weight = 1,
    at = '2010-12-01T08:00:00.000Z',
  }: ParcelEventOptions = {},
): EventEnvelope {
  return {
    eventId: `${partition}-${position}`,
    streamId: `Parcel-${id}`,
    streamType: 'Parcel',
    version: position,
    partition,
    position,
    type,
    schemaVersion: 1,
    data: type === 'ParcelOrdered' ? { weight } : {},
    timestamp: at,
    correlationId: `correlation-${id}`,
    causationId: answers === undefined ? `http-${id}-${position}` : commandIdOf('parcel', id, answers),
    metadata: { actor: 'test', traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' },
  };
}
