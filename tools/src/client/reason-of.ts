/** The reason of a failure for people: Node's own `fetch failed` says nothing. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) {
    return String(error);
  }
  const causes = error instanceof AggregateError ? (error.errors as unknown[]).slice(0, 1) : [error.cause];
  return [error.message, ...causes.filter((cause) => cause !== undefined).map(reasonOf)]
    .filter(Boolean)
    .join(': ');
}
