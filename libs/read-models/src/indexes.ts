import type { IndexDescription } from 'mongodb';
import type { ReadModelName } from './read-models';

/**
 * The runner writes with the filter `{ _id, position }`. MongoDB answers it from the index on `_id` alone; mongo-java-server,
 * which stands in for it where none can be had, looks at an index only when its keys are exactly the filter's, and scans
 * without this one (250 writes a second at 20,000 documents against 28,000).
 */
const guardIndex: IndexDescription = {
  name: 'id_position',
  key: { _id: 1, position: 1 },
  unique: true,
};

/** How a partition's documents are counted, compared with the log, and sampled. */
const partitionIndex: IndexDescription = { name: 'partition', key: { partition: 1, _id: 1 } };

/** Every index for lists ends in `_id`, so that pages are cut without a sort where several documents share a value. */
export const readModelIndexes: Readonly<Record<ReadModelName, readonly IndexDescription[]>> = {
  order_list: [
    guardIndex,
    partitionIndex,
    { name: 'created', key: { createdAt: -1, _id: -1 } },
    { name: 'customer_created', key: { customerId: 1, createdAt: -1, _id: -1 } },
    { name: 'customer_total_amount', key: { customerId: 1, 'totalAmount.amount': -1, _id: -1 } },
    { name: 'status_created', key: { status: 1, createdAt: -1, _id: -1 } },
    { name: 'email_created', key: { customerEmail: 1, createdAt: -1, _id: -1 } },
    { name: 'total_amount', key: { 'totalAmount.amount': -1, _id: -1 } },
    // How a changed contact finds them, a chunk at a time in order of their ids.
    { name: 'customer', key: { customerId: 1, _id: 1 } },
  ],
  // Queries find details by `_id`; the customer is how a changed contact finds them.
  order_details: [guardIndex, partitionIndex, { name: 'customer', key: { 'customer.id': 1, _id: 1 } }],
  order_statistics: [guardIndex, partitionIndex],
  stock_levels: [guardIndex, partitionIndex, { name: 'available', key: { available: 1, _id: 1 } }],
  shipments: [
    guardIndex,
    partitionIndex,
    { name: 'created', key: { createdAt: -1, _id: -1 } },
    { name: 'status_created', key: { status: 1, createdAt: -1, _id: -1 } },
    { name: 'order', key: { orderId: 1, _id: 1 } },
  ],
};
