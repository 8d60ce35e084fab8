/** A value that may change while the process runs, such as a password whose file is replaced. */
export interface LiveValue<Value> {
  /** The newest value. Ask for it at each use, and do not keep it. */
  current(): Value;
  /** Calls the listener after each change, until the returned function is called. */
  onChange(listener: () => void): () => void;
  /** Has each new value tried out before it counts. While a trial rejects, the previous value stays current. */
  tryFirst(trial: (next: Value) => Promise<void>): void;
}

/** A live value that never changes. */
export function constant<Value>(value: Value): LiveValue<Value> {
  return { current: () => value, onChange: () => () => undefined, tryFirst: () => undefined };
}
