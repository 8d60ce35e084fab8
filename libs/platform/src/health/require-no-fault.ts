/**
 * The `ReadinessCheck` of a part that has an `errorCode` while it can't work.
 *
 * @throws Error with that code, while there is one
 */
export async function requireNoFault({
  errorCode,
}: {
  readonly errorCode: string | undefined;
}): Promise<void> {
  if (errorCode !== undefined) {
    throw new Error(errorCode);
  }
}
