import { z } from 'zod';

/** The published statuses of an order. */
export const orderStatusSchema = z.enum(['PENDING', 'PAID', 'SHIPPED', 'DELIVERED', 'CANCELLED']);

export type OrderStatus = z.infer<typeof orderStatusSchema>;

export const orderStatuses: readonly OrderStatus[] = orderStatusSchema.options;
