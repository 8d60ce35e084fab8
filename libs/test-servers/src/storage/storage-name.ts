const validName = /^[a-z][a-z0-9_]{0,40}$/;

/** @throws RangeError for a name that is not valid for databases, virtual hosts and files alike */
export function assertStorageName(name: string): void {
  if (!validName.test(name)) {
    throw new RangeError(
      `TIDEMARK_NAME must be 1 to 41 characters from a-z, 0-9 and _, starting with a letter, not ${JSON.stringify(name)}`,
    );
  }
}
