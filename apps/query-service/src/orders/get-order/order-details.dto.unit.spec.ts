import type { OrderDetailsDocument } from '@tidemark/read-models';
import { orderDetailsDocument } from '../../testing/documents.fixture';
import { toOrderDetails } from './order-details.dto';

describe('toOrderDetails', () => {
  it('counts the timeline of a document that was made before its entries were counted', () => {
    const fields = Object.entries(orderDetailsDocument()).filter(([field]) => field !== 'timelineTotal');
    const before = Object.fromEntries(fields) as unknown as OrderDetailsDocument;
    const operator = { subject: 's', roles: ['operator'] } as const;
    expect(toOrderDetails(before, operator)).toMatchObject({ timelineTotal: 1 });
  });
});
