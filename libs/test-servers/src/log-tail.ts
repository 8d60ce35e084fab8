import { readFile, stat } from 'node:fs/promises';

/**
 * The last lines of a log file, for the message of a failed start.
 *
 * @param fromByte the offset of the relevant lines, because a log may also contain lines of earlier starts
 */
export async function logTail(path: string, lines = 20, fromByte = 0): Promise<string> {
  const text = (await readFile(path).catch(() => Buffer.alloc(0))).subarray(fromByte).toString();
  const tail = text.trimEnd().split('\n').slice(-lines).join('\n');
  return tail === '' ? '(it logged nothing)' : tail;
}

/** The current length of a log; 0 if it does not exist yet. */
export async function logSize(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}
