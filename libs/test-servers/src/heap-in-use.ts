import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** The bytes of this process's heap in use, after a full garbage collection. */
export async function heapInUse(): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  // The second collection frees weakly held objects, the third those that finalizers have released.
  for (let times = 0; times < 3; times += 1) {
    collect();
    await nextTurn();
  }
  return process.memoryUsage().heapUsed;
}
