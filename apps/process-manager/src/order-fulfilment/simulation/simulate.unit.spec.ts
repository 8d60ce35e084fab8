import { main, simulate } from './simulate.fixture';
import { storyOf, tellStory } from './simulated-story.fixture';
import { plantedInterleavings } from './planted-bugs.fixture';

describe('the simulation, in which other work may come between any two accesses', () => {
  it('keeps every rule in 2,000 stories', async () => {
    const { stories, broken } = await simulate(0, 2_000);
    expect({ stories, broken }).toEqual({ stories: 2_000 });
  });

  it('runs the same story for the same seed', async () => {
    const tell = async () => {
      const told: string[] = [];
      await tellStory(storyOf(7), {}, (happened) => told.push(...happened));
      return told;
    };
    const told = await tell();
    expect(told.length).toBeGreaterThan(20);
    expect(await tell()).toEqual(told);
  });

  it.each([
    ['a second replica that asks under a second key', /asks the provider under two keys/],
    ['a nack that is ignored', /is given up as unanswered, but the broker never had it/],
  ])('finds %s, within 2,000 stories', async (bug, fault) => {
    const { broken } = await simulate(0, 2_000, plantedInterleavings[bug]);
    expect(broken?.faults.join()).toMatch(fault);
  });

  describe('as a program', () => {
    async function run(...given: readonly string[]) {
      let printed = '';
      const code = await main(
        given,
        (text) => (printed += text),
        plantedInterleavings['a nack that is ignored'],
      );
      return { code, printed };
    }

    it('reports how many fulfilments per second it simulates', async () => {
      expect(await run('--seeds', '3', '--seed', '5')).toEqual({
        code: 0,
        printed: expect.stringMatching(/^3 stories, \d+ fulfilments, .* fulfilments a second/) as string,
      });
    });

    it('stops at a broken rule, and prints the seed and a simple story', async () => {
      const { code, printed } = await run('--seeds', '2000');
      expect(code).toBe(1);
      const [, seed] = /^seed (\d+) breaks a rule/m.exec(printed)!;
      expect(printed).toMatch(/what happened[^]*broken:[^]*the broker never had it/);
      // One order, of one product: the shrunk story.
      expect(printed.match(/^order \d/gm)).toHaveLength(1);
      expect(printed.split('\n').length).toBeLessThan(80);
      expect((await run('--seeds', '1', '--seed', seed!)).code).toBe(1);
    });

    it.each([
      [['--seeds', '0'], '--seeds must be a whole number from 1 to 4294967295, not 0'],
      [['--seeds', 'many'], 'not many'],
      [['--seed', '4294967296'], '--seed must be a whole number from 0 to 4294967295'],
      [['--sed', '1'], "Unknown option '--sed'"],
      [['12'], "Unexpected argument '12'"],
    ])('explains what is wrong with %j', async (given, message) => {
      const { code, printed } = await run(...given);
      expect([code, printed]).toEqual([2, expect.stringContaining(message)]);
      expect(printed).toContain('usage: npm run simulate');
    });

    it('prints its usage', async () => {
      expect(await run('--help')).toEqual({
        code: 0,
        printed: expect.stringContaining('--seeds N') as string,
      });
    });
  });
});
