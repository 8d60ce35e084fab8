const validName = /^[a-z][a-z0-9_]{0,40}$/;

/** @throws RangeError for a name that can't be that of a database, a virtual host and a file alike */
export function assertStorageName(name: string): void {
  if (!validName.test(name)) {
    throw new RangeError(
      `TIDEMARK_NAME must be 1 to 41 characters from a-z, 0-9 and _, starting with a letter, not ${JSON.stringify(name)}`,
    );
  }
}
