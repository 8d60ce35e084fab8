import { readFile, stat } from 'node:fs/promises';

/**
 * The last lines of a log file, for a message that says why something did not start.
 *
 * @param fromByte where the lines begin that are of interest: a log may hold those of earlier starts
 */
export async function logTail(path: string, lines = 20, fromByte = 0): Promise<string> {
  const text = (await readFile(path).catch(() => Buffer.alloc(0))).subarray(fromByte).toString();
  const tail = text.trimEnd().split('\n').slice(-lines).join('\n');
  return tail === '' ? '(it logged nothing)' : tail;
}

/** Where a log ends now; 0 for one that is not there yet. */
export async function logSize(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}
