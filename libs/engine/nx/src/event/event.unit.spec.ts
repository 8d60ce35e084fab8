import type { Tree } from '@nx/devkit';
import { codeOf, desk, expectRefusal, skipFormat } from '../desk.fixture';
import { eventGenerator } from './event';

const replace = (tree: Tree, path: string, from: string | RegExp, to: string) =>
  tree.write(path, tree.read(path, 'utf-8')!.replace(from, to));

describe('the generator event', () => {
  it('declares the event, lists it, and gives evolve a case', async () => {
    const tree = await desk();
    await eventGenerator(tree, {
      name: 'ticket-reopened',
      aggregate: 'ticket',
      fields: 'reason:string',
      skipFormat,
    });

    const events = codeOf(tree, 'src/ticket/events.ts');
    expect(events).toContain(
      "ticketReopened = defineEvent('TicketReopened', z.strictObject({ ticketId: z.string(), reason: z.string() }));",
    );
    expect(events).toContain('[ticketOpened, ticketAssigned, ticketClosed, ticketReopened] as const');
    expect(codeOf(tree, 'src/ticket/ticket.ts')).toContain(
      "case 'TicketReopened': return state; default: return event satisfies never;",
    );
  });

  it('adds the status, once', async () => {
    const tree = await desk();
    await eventGenerator(tree, { name: 'TicketReopened', aggregate: 'ticket', status: 'opened', skipFormat });
    await eventGenerator(tree, { name: 'TicketParked', aggregate: 'ticket', status: 'ON_HOLD', skipFormat });

    const state = codeOf(tree, 'src/ticket/ticket.ts');
    expect(state).toContain("readonly status: 'ABSENT' | 'OPENED' | 'ASSIGNED' | 'CLOSED' | 'ON_HOLD';");
    expect(state).toContain("case 'TicketReopened': return { ...state, status: 'OPENED' };");
    expect(state).toContain("case 'TicketParked': return { ...state, status: 'ON_HOLD' };");
  });

  it.each([
    [{ name: 'TicketClosed', aggregate: 'ticket' }, /has an event "TicketClosed" already/],
    [{ name: 'ticket-closed', aggregate: 'ticket' }, /has an event "TicketClosed" already/],
    [{ name: 'TicketMoved', aggregate: 'tiket' }, /src has no aggregate "tiket"\. It has: ticket\./],
    [{ name: 'Ticket Moved', aggregate: 'ticket' }, /is no name for the event/],
    [{ name: 'TicketMoved', aggregate: 'ticket', fields: 'to=desk' }, /"to=desk" is no field/],
    [{ name: 'TicketMoved', aggregate: 'ticket', status: '?' }, /is no name for the status/],
  ])('refuses %j', async (options, reason) => {
    const tree = await desk();
    await expectRefusal(tree, () => eventGenerator(tree, { ...options, skipFormat }), reason);
  });

  it.each([
    ['a list of events', 'src/ticket/events.ts', / as const/, '', /has no list of its events/],
    [
      'a switch with a default',
      'src/ticket/ticket.ts',
      /default:\s+return event satisfies never;/,
      '',
      /has no switch/,
    ],
    [
      'a status',
      'src/ticket/ticket.ts',
      'interface TicketState',
      'interface Other',
      /has no interface TicketState/,
    ],
  ])('refuses code without %s', async (_what, path, from, to, reason) => {
    const tree = await desk();
    replace(tree, path, from, to);
    await expectRefusal(
      tree,
      () => eventGenerator(tree, { name: 'TicketMoved', aggregate: 'ticket', status: 'MOVED', skipFormat }),
      reason,
    );
  });
});
