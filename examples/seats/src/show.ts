import { accept, defineEvent, refuse, type Aggregate, type Decision, type EventOf } from '@tidemark/kernel';
import { z } from 'zod';

const seat = z.object({ show: z.string(), seat: z.string(), hold: z.string() });

export const events = [
  defineEvent(
    'ShowScheduled',
    z.object({ show: z.string(), seats: z.array(z.string()), price: z.int().min(0) }),
  ),
  defineEvent('SeatHeld', seat),
  defineEvent('SeatSold', seat.extend({ price: z.int().min(0) })),
  defineEvent('SeatReleased', seat),
  // The answer to a process whose hold has ended in another way.
  defineEvent('ReleaseCameTooLate', seat),
] as const;

export type ShowEvent = EventOf<(typeof events)[number]>;

interface Seat {
  readonly hold: string;
  readonly isSold: boolean;
}

export interface Show {
  readonly price: number;
  /** The seats of the show: those without a hold are free. */
  readonly seats: Readonly<Record<string, Seat | null>>;
}

export const show: Aggregate<Show, ShowEvent> = {
  streamType: 'Show',
  initial: { price: 0, seats: {} },
  evolve(state, { type, data }) {
    switch (type) {
      case 'ShowScheduled':
        return { price: data.price, seats: Object.fromEntries(data.seats.map((name) => [name, null])) };
      case 'SeatHeld':
      case 'SeatSold':
        return withSeat(state, data.seat, { hold: data.hold, isSold: type === 'SeatSold' });
      case 'SeatReleased':
        return withSeat(state, data.seat, null);
      case 'ReleaseCameTooLate':
        return state;
      default:
        return type satisfies never;
    }
  },
  partitionKeyOf: ({ data }) => data.show,
  contracts: events,
  stateVersion: 1,
};

function withSeat(state: Show, name: string, seat: Seat | null): Show {
  return { ...state, seats: { ...state.seats, [name]: seat } };
}

type Decide = (state: Show) => Decision<ShowEvent>;

export const schedule =
  (id: string, seats: readonly string[], price: number): Decide =>
  (state) =>
    Object.keys(state.seats).length > 0
      ? refuse('show_exists', 'The show is scheduled already.')
      : accept({ type: 'ShowScheduled', data: { show: id, seats: [...seats], price } });

export const hold =
  (id: string, name: string, holdId: string): Decide =>
  ({ seats }) => {
    if (!Object.hasOwn(seats, name)) {
      return refuse('no_such_seat', `The show has no seat ${name}.`);
    }
    return seats[name]
      ? refuse('seat_taken', `Seat ${name} is held or sold.`)
      : accept({ type: 'SeatHeld', data: { show: id, seat: name, hold: holdId } });
  };

export const buy =
  (id: string, name: string, holdId: string): Decide =>
  ({ seats, price }) =>
    isHeldBy(seats[name], holdId)
      ? accept({ type: 'SeatSold', data: { show: id, seat: name, hold: holdId, price } })
      : refuse('not_held', 'The hold has ended.');

export const release =
  (id: string, name: string, holdId: string): Decide =>
  ({ seats }) => {
    const type = isHeldBy(seats[name], holdId) ? 'SeatReleased' : 'ReleaseCameTooLate';
    return accept({ type, data: { show: id, seat: name, hold: holdId } });
  };

const isHeldBy = (seat: Seat | null | undefined, holdId: string) => seat?.hold === holdId && !seat.isSold;
