import { aggregates } from '@tidemark/contracts';
import type { Aggregate } from '@tidemark/kernel';
import type { Projection } from '@tidemark/projections';
import { readModels } from '@tidemark/read-models';
import { projections } from 'projection-service/projections';
import { contradictions, missing, readRecords, recorded } from './fold-records';
import { aggregateFold, folds, projectionFold, storedIndexes } from './folds';
import { sampleLines } from './sample-log';

const lines = sampleLines();
const records = readRecords();

describe('every version of every fold', () => {
  it('folds the sample log to the recorded result', () => {
    expect(contradictions(records, folds, lines)).toEqual([]);
  });

  it('is recorded', () => {
    expect(missing(records, folds, lines)).toEqual([]);
  });
});

describe('a fold that is changed', () => {
  const list = projections.find(({ name }) => name === 'order_list')!;
  const shouting: Projection = {
    ...list,
    evolve: (document, event, id) => {
      const content = list.evolve(document, event, id);
      return content && event.type === 'OrderCreated' ? { ...content, shout: true } : content;
    },
  };
  const before = recorded([], [projectionFold(list)], lines);

  it('is found if its version was not raised, and the error names the remedy', () => {
    expect(contradictions(before, [projectionFold(shouting)], lines)).toEqual([
      'projection order_list: version 1 now folds the sample log to another result. If that is a mistake, undo it. ' +
        "If it is intended, raise the projection's version, so that stored results are computed again; then run " +
        '`npm run -s folds:record`',
    ]);
    expect(() => recorded(before, [projectionFold(shouting)], lines)).toThrow(
      /raise the projection's version/,
    );
  });

  it('is found even if only an intermediate state differs', () => {
    const order = aggregates.Order as Aggregate;
    const forgetful: Aggregate = {
      ...order,
      evolve: (state, event) => ({ ...(order.evolve(state, event) as object), seen: event.type }),
    };
    const known = recorded([], [aggregateFold(order)], lines);
    expect(contradictions(known, [aggregateFold(order)], lines)).toEqual([]);
    expect(contradictions(known, [aggregateFold(forgetful)], lines)).toEqual([
      expect.stringContaining("raise the aggregate's stateVersion"),
    ]);
  });

  it.each([
    ['another index', { ...readModels.stock_levels.indexes, version: { version: 1 } }],
    ['an index with its fields in another order', { available: { _id: 1, available: 1 } }],
  ] as const)('is found if its documents are stored with %s', (_, indexes) => {
    const known = recorded([], [storedIndexes(readModels.stock_levels, 1)], lines);
    const changed = { ...readModels.stock_levels, indexes };
    expect(contradictions(known, [storedIndexes(readModels.stock_levels, 1)], lines)).toEqual([]);
    expect(contradictions(known, [storedIndexes(changed, 1)], lines)).toEqual([
      expect.stringMatching(
        /^indexes of stock_levels: version 1 now has other indexes.*raise the projection's version/,
      ),
    ]);
    expect(contradictions(known, [storedIndexes(changed, 2)], lines)).toEqual([]);
  });

  it('is recorded if its version was raised, and earlier records stay', () => {
    const raised = projectionFold({ ...shouting, version: 2 });
    expect(contradictions(before, [raised], lines)).toEqual([]);
    expect(missing(before, [raised], lines)).toEqual([
      `projection order_list: version 2 with ${lines.length} events is not recorded: run \`npm run -s folds:record\``,
    ]);
    const after = recorded(before, [raised], lines);
    expect(missing(after, [raised], lines)).toEqual([]);
    expect(after.map(({ fold, version }) => [fold, version])).toEqual([
      ['sample-log.jsonl', 1],
      ['projection order_list', 1],
      ['projection order_list', 2],
    ]);
    expect(contradictions(after, [projectionFold(list)], lines)).toEqual([
      "projection order_list: version 2 was recorded already, so 1 can't follow. Raise the projection's version beyond it",
    ]);
  });
});

describe('the sample log', () => {
  const order = [aggregateFold(aggregates.Order as Aggregate)];
  const half = lines.slice(0, Math.floor(lines.length / 2));
  const before = recorded([], order, half);

  it('may grow: earlier records still apply to its beginning', () => {
    expect(contradictions(before, order, lines)).toEqual([]);
    expect(missing(before, order, lines)).toHaveLength(2);
    expect(recorded(before, order, lines).map(({ events }) => events)).toEqual([
      ...[half.length, half.length],
      ...[lines.length, lines.length],
    ]);
  });

  it('may not be changed', () => {
    expect(contradictions(before, order, lines.slice(1))).toEqual([
      expect.stringContaining('append new lines'),
    ]);
  });
});
