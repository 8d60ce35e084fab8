import { streamIdOf, type Aggregate, type Decision, type DomainEvent, type Refusal } from '@tidemark/kernel';
import { LRUCache } from 'lru-cache';
import { AggregateLoader, type AggregateLoaderOptions, type LoadedAggregate } from './aggregate-loader';
import type { AppendInTurn, AppendResult, CommandContext } from './append';
import { ConcurrentModificationError, VersionConflictError } from './errors';
import { StreamQueue } from './stream-queue';

interface Request<State, Event extends DomainEvent, Decide> {
  readonly aggregate: Aggregate<State, Event>;
  readonly aggregateId: string;
  readonly command: CommandContext;
  /** The version that the caller pinned. A conflict is then not retried, because the caller wants to look again. */
  readonly expectedVersion?: number;
  /** Called again after a conflict, with the newer state. */
  readonly decide: Decide;
}

/** The decision changes nothing by itself. It may read other aggregates, and may be made any number of times. */
export interface ExecuteRequest<State, Event extends DomainEvent> extends Request<
  State,
  Event,
  (state: State, version: number) => Decision<Event> | Promise<Decision<Event>>
> {
  /**
   * The command creates the aggregate. It is first decided on an empty aggregate without reading the log; the append
   * finds out if the stream exists. `false` by default.
   */
  readonly startsStream?: boolean;
}

/** A decision that calls an outside party, which may act even if its answer is lost. */
export type ExecuteAskingRequest<State, Event extends DomainEvent> = Request<
  State,
  Event,
  (state: State, version: number) => Promise<Decision<Event>>
>;

type AnyRequest<State, Event extends DomainEvent> =
  ExecuteRequest<State, Event> | ExecuteAskingRequest<State, Event>;

export type Execution =
  | { readonly outcome: 'accepted'; readonly result: AppendResult }
  | {
      readonly outcome: 'unchanged';
      readonly version: number;
      readonly partition?: number;
      readonly position?: number;
    }
  | { readonly outcome: 'refused'; readonly refusal: Refusal }
  | { readonly outcome: 'version_mismatch'; readonly actualVersion: number };

export interface CommandExecutorOptions extends AggregateLoaderOptions {
  /** How often a command is decided again after a conflict; 10 by default. */
  readonly conflictRetries?: number;
  /** Called for every conflict, for metrics. */
  readonly onConflict?: (streamType: string) => void;
}

/**
 * How many commands of this process on the stream start with a turn after a conflict. The next command tries without
 * a turn.
 */
const turnsAfterConflict = 16;

/**
 * Executes every command: load → fold → decide → append, and again from the start after a conflict. Commands on one
 * stream run one after another within this process. The log resolves conflicts with other processes.
 *
 * A command that was decided on the newest state and still lost to another process takes a turn on the stream, as do
 * the stream's next commands. Without turns, a process that needs two round trips would lose to one that needs one,
 * again and again.
 */
export class CommandExecutor {
  private readonly loader: AggregateLoader;
  private readonly queue = new StreamQueue();
  /**
   * For each contended stream, how many more commands start with a turn. A forgotten stream costs one lost race. The
   * cache allocates all its memory when it is created, so it is created after the first lost race.
   */
  private contended: LRUCache<string, number> | undefined;

  constructor(private readonly options: CommandExecutorOptions) {
    this.loader = new AggregateLoader(options);
  }

  /**
   * A command that the log knows gets its first result, whatever the decision would be now.
   *
   * @throws ConcurrentModificationError if every retry meets a conflict, which needs writers that do not take turns
   * @throws CommandIdReusedError if the command's id was used for a different request
   */
  execute<State, Event extends DomainEvent>(request: ExecuteRequest<State, Event>): Promise<Execution> {
    const { aggregate, aggregateId, startsStream } = request;
    return this.queue.run(streamIdOf(aggregate.streamType, aggregateId), () => {
      // The state in memory may be behind, but is good enough for a first attempt: an append on top of an old state is
      // refused.
      const cached = this.loader.cached(aggregate, aggregateId);
      const nothing = startsStream ? { state: aggregate.initial, version: 0 } : undefined;
      return this.executeFrom(request, cached ?? nothing, { asks: false });
    });
  }

  /**
   * Like `execute`, for a decision that calls an outside party. The decision gets the newest state, and is not made for
   * a command that the log knows, even after a conflict. After a crash, a conflict or a concurrent repeat, the decision
   * is made again, so its calls must be idempotent.
   */
  executeAsking<State, Event extends DomainEvent>(
    request: ExecuteAskingRequest<State, Event>,
  ): Promise<Execution> {
    const { aggregate, aggregateId } = request;
    return this.queue.run(streamIdOf(aggregate.streamType, aggregateId), () =>
      this.executeFrom(request, undefined, { asks: true }),
    );
  }

  /** The current aggregate, including everything that was committed before the call. */
  load<State, Event extends DomainEvent>(
    aggregate: Aggregate<State, Event>,
    aggregateId: string,
  ): Promise<LoadedAggregate<State>> {
    return this.loader.load(aggregate, aggregateId);
  }

  /** See `AggregateLoader.loadAt`. */
  loadAt<State, Event extends DomainEvent>(
    aggregate: Aggregate<State, Event>,
    aggregateId: string,
    until: { readonly version: number } | { readonly at: Date },
  ): Promise<LoadedAggregate<State> | undefined> {
    return this.loader.loadAt(aggregate, aggregateId, until);
  }

  /** Resolves when no background work is left. */
  settled(): Promise<void> {
    return this.loader.settled();
  }

  private async executeFrom<State, Event extends DomainEvent>(
    request: AnyRequest<State, Event>,
    start: LoadedAggregate<State> | undefined,
    { asks }: { readonly asks: boolean },
  ): Promise<Execution> {
    const { streamType } = request.aggregate;
    const { store, conflictRetries = 10 } = this.options;
    const streamId = streamIdOf(streamType, request.aggregateId);
    const append: AppendInTurn = (events) => store.append(events);
    const onNewest = (appendBy: AppendInTurn) => this.attemptOnNewest(request, appendBy, { asks });
    const isContended = this.isContended(streamId);
    const fromMemory = isContended ? undefined : start;
    // A first attempt on the state in memory does not count, because it did not read the log.
    for (let attempt = fromMemory ? 0 : 1; ; attempt += 1) {
      const isInTurn = isContended || attempt > 1;
      try {
        if (!fromMemory || attempt > 0) {
          return await (isInTurn ? store.inTurn(streamId, onNewest) : onNewest(append));
        }
        const execution = await this.attempt(request, fromMemory, append);
        if (execution.outcome === 'accepted') {
          return execution;
        }
      } catch (error) {
        if (!(error instanceof VersionConflictError)) {
          throw error;
        }
        this.options.onConflict?.(streamType);
        if (attempt > conflictRetries) {
          throw new ConcurrentModificationError(error.streamId, attempt, error);
        }
        if (attempt > 0) {
          this.contended ??= new LRUCache({ max: 256 });
          this.contended.set(streamId, turnsAfterConflict);
        }
        if (isInTurn) {
          // No other event could have come in between, so the state in memory may belong to another log.
          this.loader.forget(streamId);
        }
      }
    }
  }

  private isContended(streamId: string): boolean {
    const turns = this.contended?.get(streamId);
    if (!this.contended || turns === undefined) {
      return false;
    }
    if (turns > 1) {
      this.contended.set(streamId, turns - 1);
    } else {
      this.contended.delete(streamId);
    }
    return true;
  }

  private async attemptOnNewest<State, Event extends DomainEvent>(
    request: AnyRequest<State, Event>,
    append: AppendInTurn,
    { asks }: { readonly asks: boolean },
  ): Promise<Execution> {
    const loaded = await this.loader.load(request.aggregate, request.aggregateId);
    // The look-up must come after the load. If both ran at the same time, a result could be committed in between. The
    // state would contain that result, but the command would look unknown. The decision would then call the outside
    // party a second time.
    const first = asks ? await this.firstOf(request.command) : undefined;
    if (first) {
      return first;
    }
    const execution = await this.attempt(request, loaded, append);
    if (execution.outcome === 'accepted') {
      return execution;
    }
    // A repeat is decided on the state that the first delivery has changed, so it is usually refused. Its answer must
    // be the first result, not that refusal.
    return (await this.firstOf(request.command)) ?? execution;
  }

  /** The first result of a repeated command. */
  private async firstOf({ commandId, commandHash }: CommandContext): Promise<Execution | undefined> {
    const result = await this.options.store.findCommand(commandId, commandHash);
    return result && { outcome: 'accepted', result };
  }

  private async attempt<State, Event extends DomainEvent>(
    request: AnyRequest<State, Event>,
    loaded: LoadedAggregate<State>,
    append: AppendInTurn,
  ): Promise<Execution> {
    const { aggregate, aggregateId, command, expectedVersion } = request;
    const { state, ...head } = loaded;
    if (expectedVersion !== undefined && expectedVersion !== head.version) {
      return { outcome: 'version_mismatch', actualVersion: head.version };
    }
    const decision = await request.decide(state, head.version);
    if (decision.outcome === 'refused') {
      return decision;
    }
    const [event, ...others] = decision.events;
    if (!event) {
      return { outcome: 'unchanged', ...head };
    }
    const result = await append({
      streamType: aggregate.streamType,
      aggregateId,
      partitionKey: aggregate.partitionKeyOf(event),
      partition: head.partition,
      expectedVersion: head.version,
      events: [event, ...others],
      command,
    });
    if (!result.repeated) {
      this.loader.appended(aggregate, aggregateId, loaded, decision.events, result);
    }
    return { outcome: 'accepted', result };
  }
}
