import { cards, logOf, marked, opened, owners, renamed, weatherChanged } from './board.fixture';
import { stepsOf } from './steps';

function shapeOf(events: Parameters<typeof logOf>[0]) {
  return stepsOf([cards, owners], logOf(events)).map(({ byId, fanOuts }) => ({
    byId: byId.map(({ projection, eventsById }) => [
      projection.name,
      [...eventsById].map(([id, selected]) => [id, ...selected.map(({ position }) => position)]),
    ]),
    fanOuts: fanOuts.map(({ projection, where, event }) => [projection.name, where, event.position]),
  }));
}

describe('stepsOf', () => {
  it('puts selections by id into one step, per projection and document', () => {
    expect(
      shapeOf([opened('c1', 'Ada'), weatherChanged, opened('c2', 'Ada'), marked('c1', 'Ada', 7)]),
    ).toEqual([
      {
        byId: [
          [
            'cards',
            [
              ['c1', 1, 4],
              ['c2', 3],
            ],
          ],
          ['owners', [['Ada', 1, 3, 4]]],
        ],
        fanOuts: [],
      },
    ]);
  });

  it('ends a step with each event that selects by fields', () => {
    const steps = shapeOf([
      opened('c1', 'Ada'),
      renamed('Ada', 'A.'),
      renamed('Ada', 'B.'),
      opened('c2', 'Bob'),
    ]);
    expect(steps).toEqual([
      {
        byId: [
          ['cards', [['c1', 1]]],
          ['owners', [['Ada', 1]]],
        ],
        fanOuts: [['cards', { 'owner.id': 'Ada' }, 2]],
      },
      { byId: [], fanOuts: [['cards', { 'owner.id': 'Ada' }, 3]] },
      {
        byId: [
          ['cards', [['c2', 4]]],
          ['owners', [['Bob', 4]]],
        ],
        fanOuts: [],
      },
    ]);
  });

  it('has no step for events that no projection selects', () => {
    expect(shapeOf([weatherChanged, weatherChanged])).toEqual([]);
  });
});
