export const orderStatuses = ['PENDING', 'PAID', 'SHIPPED', 'DELIVERED', 'CANCELLED'] as const;

/** The published statuses of an order. */
export type OrderStatus = (typeof orderStatuses)[number];
