/** The reason for a failure, for people. Node's own message is only `fetch failed`. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) {
    return String(error);
  }
  const causes = error instanceof AggregateError ? (error.errors as unknown[]).slice(0, 1) : [error.cause];
  return [error.message, ...causes.filter((cause) => cause !== undefined).map(reasonOf)]
    .filter(Boolean)
    .join(': ');
}
