interface UnderWay<Result> {
  readonly result: Promise<Result>;
  readonly abandoned: AbortController;
  waiting: number;
}

/** Work that all callers share while it runs. It learns when no caller waits for it any more. */
export class SharedWork<Result> {
  private readonly underWay = new Map<string, UnderWay<Result>>();

  /** Aborting `left` means that this caller no longer waits. The returned promise settles with the work. */
  async join(
    key: string,
    left: AbortSignal,
    work: (abandoned: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    const shared = this.underWay.get(key) ?? this.begin(key, work);
    shared.waiting += 1;
    const leave = () => {
      shared.waiting -= 1;
      if (shared.waiting === 0) {
        shared.abandoned.abort();
        this.forget(key, shared);
      }
    };
    if (left.aborted) {
      leave();
    }
    left.addEventListener('abort', leave, { once: true });
    try {
      return await shared.result;
    } finally {
      left.removeEventListener('abort', leave);
    }
  }

  private begin(key: string, work: (abandoned: AbortSignal) => Promise<Result>): UnderWay<Result> {
    const abandoned = new AbortController();
    const result = work(abandoned.signal).finally(() => this.forget(key, shared));
    const shared: UnderWay<Result> = { result, abandoned, waiting: 0 };
    this.underWay.set(key, shared);
    return shared;
  }

  private forget(key: string, shared: UnderWay<Result>): void {
    if (this.underWay.get(key) === shared) {
      this.underWay.delete(key);
    }
  }
}
