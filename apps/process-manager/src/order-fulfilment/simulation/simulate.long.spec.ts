import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';

const stories = 1_000_000;

/** The command as run from a shell. */
async function simulated(count: number, first: number): Promise<{ code: number; printed: string }> {
  const child = spawn('npm', ['run', '-s', 'simulate', '--', '--seeds', `${count}`, '--seed', `${first}`]);
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number];
  return { code, printed };
}

describe('the simulation', () => {
  it('keeps every rule in 1,000,000 stories, on all cores', async () => {
    const cores = availableParallelism();
    const share = Math.ceil(stories / cores);
    const results = await Promise.all(
      Array.from({ length: cores }, (_, core) => simulated(share, core * share)),
    );
    process.stdout.write(results.map(({ printed }) => printed).join(''));
    expect(results.filter(({ code }) => code !== 0)).toEqual([]);
  }, 7_200_000);
});
