/**
 * The check of a part that says itself what keeps it from working, for `ReadinessCheck`.
 *
 * @throws Error with the part's code, while it has one
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
