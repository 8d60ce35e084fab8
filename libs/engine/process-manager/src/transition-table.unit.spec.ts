import type { DomainEvent } from '@tidemark/kernel';
import { IncompleteTransitionTableError } from './errors';
import { handled } from './reaction';
import { TransitionTable } from './transition-table';

type Event = DomainEvent<'Opened', object> | DomainEvent<'Closed', object>;
type Step = 'shut' | 'open';

const grid = `
           sht opn
  Opened    x   .
  Closed    >   x
  late      .   .
  retry     .   .
  skip      .   .
  force_compensate . .`;

function table(text: string, { isHandled = true } = {}) {
  return new TransitionTable<{ step: Step }, Step, Event, 'late'>({
    process: 'door',
    eventTypes: ['Opened', 'Closed'],
    timers: ['late'],
    columns: { shut: 'sht', open: 'opn' },
    grid: text,
    reactions: {
      shut: { Opened: () => handled('open', { step: 'open' }) },
      open: isHandled ? { Closed: () => handled('close', { step: 'shut' }) } : {},
    },
  });
}

function faultsOf(build: () => unknown): readonly string[] {
  try {
    build();
  } catch (error) {
    return (error as IncompleteTransitionTableError).cells;
  }
  return [];
}

describe('TransitionTable', () => {
  it('says what each step does with each input', () => {
    const door = table(grid);
    expect(door.cell('shut', 'Opened')).toBe('handled');
    expect(door.cell('shut', 'Closed')).toBe('deferred');
    expect(door.cell('open', 'late')).toBe('ignored');
  });

  it('gets stuck at an input that is marked `!`', () => {
    const door = table(grid.replace('>', '!'));
    const input = { kind: 'timer', name: 'Closed', at: '' } as const;
    expect(door.react({ step: 'shut' }, input)).toEqual({
      outcome: 'stuck',
      reason: { code: 'unexpected_event', message: 'Closed in step shut' },
    });
  });

  it.each([
    ['a missing row', grid.replace(/\n *Closed.*/, ''), /row Closed/],
    ['a row of an unknown input', `${grid}\n  Melted  .  .`, /row Melted/],
    ['a missing mark', grid.replace('Closed    >   x', 'Closed    >'), /Closed: 1 marks for 2 columns/],
    ['an unknown mark', grid.replace('>', '?'), /Closed: unknown marks \?/],
    ['a repeated row', `${grid}\n  Opened  x  .`, /Opened: two rows/],
    ['a missing column', grid.replace('sht opn', 'sht'), /column opn/],
    ['an unknown column', grid.replace('opn', 'xxx'), /column xxx/],
    [
      'a reaction that is not marked',
      grid.replace('>   x', '>   .'),
      /open × Closed: a reaction that is not marked/,
    ],
    [
      'a timer that is marked as waiting',
      grid.replace('late      .', 'late      >'),
      /shut × late: only events can wait/,
    ],
  ])('refuses %s', (_, text, fault) => {
    expect(faultsOf(() => table(text)).join('\n')).toMatch(fault);
  });

  it('refuses a mark without a reaction', () => {
    expect(faultsOf(() => table(grid, { isHandled: false }))).toEqual(['open × Closed: no reaction']);
  });

  it('throws at an unknown input', () => {
    const input = { kind: 'timer', name: 'Melted', at: '' } as const;
    expect(() => table(grid).react({ step: 'shut' }, input)).toThrow(IncompleteTransitionTableError);
  });
});
