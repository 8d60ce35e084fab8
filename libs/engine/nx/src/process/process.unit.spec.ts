import { commandGenerator } from '../command/command';
import { codeOf, desk, expectRefusal, skipFormat } from '../desk.fixture';
import { eventGenerator } from '../event/event';
import { processGenerator } from './process';

const fromOpenToClosed = { aggregate: 'ticket', on: 'TicketOpened', until: 'TicketClosed' };

describe('the generator process', () => {
  it('writes the process and its test, and declares the command once', async () => {
    const tree = await desk();
    const before = tree.read('src/ticket/assign-ticket-command.ts', 'utf-8');
    await processGenerator(tree, {
      ...fromOpenToClosed,
      name: 'second-desk',
      command: 'assign-ticket',
      skipFormat,
    });

    expect(codeOf(tree, 'src/second-desk/second-desk.ts')).toMatch(
      /startsOn: \['TicketOpened'\].*assignTicketCommand\.ask\(\{ ticketId: aggregateIdOf\(input\.event\.streamId\) \}\)/,
    );
    expect(tree.read('src/ticket/assign-ticket-command.ts', 'utf-8')).toBe(before);
    const module = codeOf(tree, 'src/app.module.ts');
    expect(module).toContain('processes: [assignment, secondDesk], commands: [assignTicketCommand],');
    expect(module.match(/import \{ assignTicketCommand \}/g)).toHaveLength(1);
  });

  it('takes the fields of the command from the event', async () => {
    const tree = await desk();
    await eventGenerator(tree, {
      name: 'TicketNamed',
      aggregate: 'ticket',
      fields: 'title:string',
      skipFormat,
    });
    await commandGenerator(tree, {
      name: 'name-ticket',
      aggregate: 'ticket',
      event: 'TicketNamed',
      skipFormat,
    });
    await processGenerator(tree, { ...fromOpenToClosed, name: 'naming', command: 'name-ticket', skipFormat });
    expect(codeOf(tree, 'src/naming/naming.ts')).toContain(
      'nameTicketCommand.ask({ ticketId: aggregateIdOf(input.event.streamId), title })',
    );
  });

  it.each([
    [{ name: 'assignment', command: 'assign-ticket' }, /src\/assignment exists already/],
    [{ name: 'naming', command: 'name-ticket' }, /src\/ticket has no command "name-ticket"/],
    [
      { name: 'closing', command: 'close-ticket' },
      /CloseTicket needs reason, which TicketOpened does not have/,
    ],
    [
      { name: 'naming', command: 'assign-ticket', until: 'TicketOpened' },
      /Name two events with --on and --until/,
    ],
    [{ name: 'naming', command: 'assign-ticket', on: 'TicketMoved' }, /no event "TicketMoved"/],
    [{ name: 'naming', command: 'assign-ticket', aggregate: 'desk' }, /src has no aggregate "desk"/],
    [{ name: 'naming', command: 'ticket' }, /has no ticketSchema = z\.strictObject/],
    [{ name: '-', command: 'assign-ticket' }, /is no name for the process/],
  ])('refuses %j', async (options, reason) => {
    const tree = await desk();
    await expectRefusal(
      tree,
      () => processGenerator(tree, { ...fromOpenToClosed, ...options, skipFormat }),
      reason,
    );
  });
});
