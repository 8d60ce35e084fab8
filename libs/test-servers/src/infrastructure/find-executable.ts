import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** The path of a program, searched in the given folders and then on the PATH. */
export async function findExecutable(
  name: string,
  environment: Readonly<Record<string, string | undefined>>,
  firstFolders: readonly string[] = [],
): Promise<string | undefined> {
  const folders = [...firstFolders, ...(environment.PATH ?? '').split(delimiter).filter(Boolean)];
  for (const folder of folders) {
    const path = join(folder, name);
    if (await isExecutable(path)) {
      return path;
    }
  }
  return undefined;
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
