import { codeOf, desk, expectRefusal, skipFormat } from '../desk.fixture';
import { eventGenerator } from '../event/event';
import { commandGenerator } from './command';

describe('the generator command', () => {
  it('writes the decision, its test and its route', async () => {
    const tree = await desk();
    await eventGenerator(tree, { name: 'TicketRated', aggregate: 'ticket', fields: 'stars:int', skipFormat });
    await commandGenerator(tree, {
      name: 'RateTicket',
      aggregate: 'ticket',
      event: 'TicketRated',
      skipFormat,
    });

    expect(codeOf(tree, 'src/ticket/rate-ticket.ts')).toMatch(
      /rateTicketSchema = z\.strictObject\(\{ ticketId: z\.string\(\), stars: z\.int\(\) \}\).*state\.status === 'ABSENT'.*accept\(\{ type: 'TicketRated', data: command \}\)/,
    );
    expect(codeOf(tree, 'src/ticket/rate-ticket.test.ts')).toContain("{ ticketId: '1', stars: 1 }");
    const controller = codeOf(tree, 'src/ticket/ticket.controller.ts');
    expect(controller).toMatch(
      /@Post\(':id\/rate'\) async rateTicket\(.*@Body\(new SchemaPipe\(rateTicketSchema/,
    );
    expect(controller).toContain(
      "import { rateTicket, rateTicketSchema, type RateTicket } from './rate-ticket';",
    );
    expect(controller.match(/writeResultOf,/g)).toHaveLength(1);
  });

  it('reads the newest version of an event', async () => {
    const tree = await desk();
    const path = 'src/ticket/events.ts';
    const text = tree.read(path, 'utf-8')!;
    tree.write(
      path,
      text.replace(
        'z.strictObject({ ticketId: z.string(), reason: z.string() }));',
        "z.strictObject({ ticketId: z.string() })).next(z.strictObject({ ticketId: z.string(), why: z.string() }), (data) => ({ ...data, why: '' }));",
      ),
    );
    await commandGenerator(tree, {
      name: 'end-ticket',
      aggregate: 'ticket',
      event: 'TicketClosed',
      skipFormat,
    });
    expect(codeOf(tree, 'src/ticket/end-ticket.ts')).toContain('{ ticketId: z.string(), why: z.string() }');
  });

  it.each([
    [{ name: 'close-ticket', aggregate: 'ticket', event: 'TicketClosed' }, /close-ticket\.ts exists already/],
    [
      { name: 'end-ticket', aggregate: 'ticket', event: 'TicketEnded' },
      /no event "TicketEnded"\. It has: TicketOpened,/,
    ],
    [{ name: 'end-ticket', aggregate: 'desk', event: 'TicketClosed' }, /src has no aggregate "desk"/],
    [{ name: 'end/ticket', aggregate: 'ticket', event: 'TicketClosed' }, /is no name for the command/],
    [{ name: 'ticket', aggregate: 'ticket', event: 'TicketClosed' }, /ticket\.ts exists already/],
  ])('refuses %j', async (options, reason) => {
    const tree = await desk();
    await expectRefusal(tree, () => commandGenerator(tree, { ...options, skipFormat }), reason);
  });

  it.each([
    ['z.strictObject({ ticketId: z.string(), reason })', /can't read the fields of TicketClosed/],
    ['closedSchema', /can't read the fields of TicketClosed/],
    ['z.strictObject({ ticketId: z.string(), reason: z.custom() })', /no example for the field "reason"/],
  ])('refuses an event with the schema %s', async (schema, reason) => {
    const tree = await desk();
    const path = 'src/ticket/events.ts';
    const text = tree.read(path, 'utf-8')!;
    tree.write(path, text.replace('z.strictObject({ ticketId: z.string(), reason: z.string() })', schema));
    await expectRefusal(
      tree,
      () =>
        commandGenerator(tree, {
          name: 'end-ticket',
          aggregate: 'ticket',
          event: 'TicketClosed',
          skipFormat,
        }),
      reason,
    );
  });

  it('refuses an aggregate without its controller', async () => {
    const tree = await desk();
    tree.delete('src/ticket/ticket.controller.ts');
    await expectRefusal(
      tree,
      () =>
        commandGenerator(tree, {
          name: 'end-ticket',
          aggregate: 'ticket',
          event: 'TicketClosed',
          skipFormat,
        }),
      /has no class TicketController/,
    );
  });
});
