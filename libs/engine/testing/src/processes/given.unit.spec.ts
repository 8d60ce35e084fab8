import { AssertionError } from 'node:assert';
import type { DomainEvent } from '@tidemark/kernel';
import { handled, ignored, type ProcessDefinition } from '@tidemark/process-manager';
import { given } from './given';

type Planted = DomainEvent<'SeedPlanted', { readonly bed: string }>;
type Watered = DomainEvent<'BedWatered', { readonly bed: string }>;

interface Bed {
  readonly waterings: number;
}

/** Waters a bed when a seed is planted, and once more a day later. */
const watering: ProcessDefinition<Bed, Planted | Watered> = {
  name: 'watering',
  version: 1,
  eventTypes: ['SeedPlanted', 'BedWatered'],
  startsOn: ['SeedPlanted'],
  correlate: ({ data }) => data.bed,
  initial: () => ({ waterings: 0 }),
  react: ({ waterings }, input) => {
    const water = { step: `water:${waterings + 1}`, streamType: 'Bed', type: 'Water', data: {} };
    switch (input.name) {
      case 'SeedPlanted':
        return handled(
          'water',
          { waterings },
          {
            commands: [water],
            timers: [{ name: 'tomorrow', dueAt: '2010-12-02T08:00:00.000Z' }],
          },
        );
      case 'BedWatered':
        return handled('watered', { waterings: waterings + 1 });
      case 'tomorrow':
        return handled('water again', { waterings }, { commands: [water] });
      default:
        return ignored;
    }
  },
  status: ({ waterings }) => (waterings === 2 ? 'COMPLETED' : 'RUNNING'),
};

const planted = { type: 'SeedPlanted', streamId: 'Bed-1', data: { bed: '1' } };
const watered = (answers: string) => ({ type: 'BedWatered', streamId: 'Bed-1', data: { bed: '1' }, answers });

describe('a process', () => {
  it('sends commands for events and timers, and ends with the last answer', () => {
    const story = given(watering, '1');
    story.when(planted).then({ step: 'water:1', streamType: 'Bed', type: 'Water', data: {} });
    story.when(watered('water:1')).thenNothing();
    expect([...story.timers]).toEqual([['tomorrow', '2010-12-02T08:00:00.000Z']]);
    story.when({ timer: 'tomorrow' }).then('water:2');
    expect(story.status).toBe('RUNNING');
    story.when(watered('water:2')).thenNothing();
    expect(story.state).toEqual({ waterings: 2 });
    expect(story.status).toBe('COMPLETED');
  });

  it('starts where its history ends', () => {
    given(watering, '1', planted, watered('water:1')).when({ timer: 'tomorrow' }).then('water:2');
    expect(() => given(watering, '1', { timer: 'tomorrow' })).toThrow(AssertionError);
  });
});
