import { bareDesk, codeOf, desk, emptyTree, expectRefusal, skipFormat } from '../desk.fixture';
import { aggregateGenerator } from './aggregate';

describe('the generator aggregate', () => {
  it('writes events, state, a creating command, its route and its test', async () => {
    const tree = await bareDesk();
    await aggregateGenerator(tree, { name: 'priceList', fields: 'title:string,size:int', skipFormat });

    expect(tree.children('src/price-list').sort()).toEqual([
      'create-price-list.test.ts',
      'create-price-list.ts',
      'events.ts',
      'price-list.controller.ts',
      'price-list.ts',
    ]);
    expect(codeOf(tree, 'src/price-list/events.ts')).toContain(
      "priceListCreated = defineEvent('PriceListCreated', z.strictObject({ priceListId: z.string(), title: z.string(), size: z.int() }))",
    );
    expect(codeOf(tree, 'src/price-list/price-list.ts')).toContain("readonly status: 'ABSENT' | 'CREATED'");
    expect(codeOf(tree, 'src/price-list/price-list.controller.ts')).toMatch(
      /@Controller\('price-lists'\).*@Post\(':id'\) async createPriceList\(.*startsStream: true/,
    );
    expect(codeOf(tree, 'src/app.module.ts')).toMatch(
      /import \{ priceList \} from '\.\/price-list\/price-list';.*aggregates: \[priceList\].*controllers: \[PriceListController\]/,
    );
  });

  it('narrows the only event by its type, and several events as a union', async () => {
    const tree = await bareDesk();
    await aggregateGenerator(tree, { name: 'note', skipFormat });
    expect(tree.read('src/note/note.ts', 'utf-8')).toContain('return event.type satisfies never');
    expect((await desk()).read('src/ticket/ticket.ts', 'utf-8')).toContain('return event satisfies never');
  });

  it.each([
    [{ name: 'ticket' }, /src\/ticket exists already/],
    [{ name: 'Ticket' }, /src\/ticket exists already/],
    [{ name: 'note', event: 'TicketClosed' }, /src\/ticket\/events\.ts has an event "TicketClosed" already/],
    [{ name: 'my note' }, /"my note" is no name for the aggregate/],
    [{ name: 'delete' }, /"delete" is no name for the aggregate/],
    [{ name: 'accept' }, /the generated code uses the word itself/],
    [{ name: 'note', event: 'Note' }, /need three names/],
    [{ name: 'note', fields: 'title' }, /"title" is no field\. Write NAME:KIND.*string, int/],
    [{ name: 'note', fields: 'title:text' }, /"title:text" is no field/],
    [{ name: 'note', fields: 'title:string,title:int' }, /"title" comes twice/],
    [{ name: 'note', fields: 'noteId:string' }, /"noteId" comes twice/],
  ])('refuses %j', async (options, reason) => {
    const tree = await desk();
    await expectRefusal(tree, () => aggregateGenerator(tree, { ...options, skipFormat }), reason);
  });

  it('refuses a folder without an application', async () => {
    const tree = emptyTree();
    await expectRefusal(
      tree,
      () => aggregateGenerator(tree, { name: 'note', directory: 'apps/desk', skipFormat }),
      /apps\/desk\/src\/app\.module\.ts has no TidemarkModule\.forFeature/,
    );
  });
});
