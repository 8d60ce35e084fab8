/** Repeats an attempt for as long as its error may pass: a service may start before its databases. */
export type Wait = <Result>(
  attempt: () => Promise<Result>,
  options: { readonly what: string; readonly isPassing: (error: unknown) => boolean },
) => Promise<Result>;
