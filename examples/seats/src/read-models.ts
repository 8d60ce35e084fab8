import { defineReadModel, defineTally, projectionsOf } from '@tidemark/projections';
import { z } from 'zod';
import type { ShowEvent } from './show';

export const seatMaps = defineReadModel({
  name: 'seat_maps',
  fields: { seats: z.record(z.string(), z.enum(['free', 'held', 'sold'])) },
});

export const sales = defineTally({ name: 'sales', by: { show: z.string() }, sums: ['seats', 'revenue'] });

const project = projectionsOf<{ show: { event: ShowEvent; id: string } }>();

type OfSeat = { readonly data: { readonly show: string; readonly seat: string } };

const becomes = (status: 'free' | 'held' | 'sold') => ({
  id: ({ data }: OfSeat) => data.show,
  change: ({ seats }: { seats: Record<string, 'free' | 'held' | 'sold'> }, { data }: OfSeat) => ({
    seats: { ...seats, [data.seat]: status },
  }),
});

export const seatMapsProjection = project(seatMaps).keyedBy('show', {
  version: 1,
  on: {
    ShowScheduled: {
      id: ({ data }) => data.show,
      create: ({ data }) => ({
        seats: Object.fromEntries(data.seats.map((seat) => [seat, 'free' as const])),
      }),
    },
    SeatHeld: becomes('held'),
    SeatSold: becomes('sold'),
    SeatReleased: becomes('free'),
  },
});

export const salesProjection = project(sales).acrossPartitions({
  version: 1,
  on: { SeatSold: { adds: ({ data }) => [{ show: data.show, seats: 1, revenue: data.price }] } },
});
