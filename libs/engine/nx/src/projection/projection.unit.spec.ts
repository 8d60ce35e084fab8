import { codeOf, desk, expectRefusal, skipFormat } from '../desk.fixture';
import { projectionGenerator } from './projection';

describe('the generator projection', () => {
  it('writes a read model, its projection, its route and its test', async () => {
    const tree = await desk();
    await projectionGenerator(tree, {
      name: 'closed-tickets',
      aggregate: 'ticket',
      on: 'TicketClosed',
      skipFormat,
    });

    expect(codeOf(tree, 'src/closed-tickets/closed-tickets.ts')).toContain(
      "name: 'closed_tickets', fields: { reason: z.string(), closedAt: z.string() }",
    );
    expect(codeOf(tree, 'src/closed-tickets/closed-tickets-projection.ts')).toMatch(
      /keyedBy\('ticket'.*TicketClosed: \{ id: \(\{ data \}\) => data\.ticketId, create: .*reason: data\.reason, closedAt: timestamp/,
    );
    expect(codeOf(tree, 'src/closed-tickets/closed-tickets.test.ts')).toContain(
      "reason: 'reason', closedAt: '2026",
    );
    expect(codeOf(tree, 'src/app.module.ts')).toContain(
      'projections: [ticketsProjection, closedTicketsProjection]',
    );
    expect(codeOf(tree, 'src/app.module.ts')).toContain('ClosedTicketsController]');
  });

  it('has only the time of an event without other fields', async () => {
    const tree = await desk();
    await projectionGenerator(tree, {
      name: 'assigned',
      aggregate: 'ticket',
      on: 'TicketAssigned',
      skipFormat,
    });
    expect(codeOf(tree, 'src/assigned/assigned-projection.ts')).toContain(
      'create: ({ timestamp }) => ({ assignedAt: timestamp })',
    );
  });

  it.each([
    [{ name: 'tickets', aggregate: 'ticket' }, /src\/tickets exists already/],
    [{ name: 'ticket', aggregate: 'ticket' }, /src\/ticket exists already/],
    [{ name: 'open', aggregate: 'desk' }, /src has no aggregate "desk"/],
    [{ name: 'open', aggregate: 'ticket', on: 'TicketMoved' }, /no event "TicketMoved"/],
    [{ name: 'über', aggregate: 'ticket' }, /is no name for the projection/],
  ])('refuses %j', async (options, reason) => {
    const tree = await desk();
    await expectRefusal(tree, () => projectionGenerator(tree, { ...options, skipFormat }), reason);
  });
});
