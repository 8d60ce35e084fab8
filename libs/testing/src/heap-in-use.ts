import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** The bytes of this process's heap that are in use, after a collection of everything that can be collected. */
export async function heapInUse(): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  // The second collection takes what was held weakly, and the third what finalizers have let go.
  for (let times = 0; times < 3; times += 1) {
    collect();
    await nextTurn();
  }
  return process.memoryUsage().heapUsed;
}
