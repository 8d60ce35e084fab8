import type {
  CommandExecutor,
  ExecuteAskingRequest,
  ExecuteRequest,
  Execution,
  LoadedAggregate,
} from '@tidemark/event-store';
import { streamIdOf, type Aggregate, type DomainEvent } from '@tidemark/kernel';
import type { DefiningClass, FieldsOf } from '../definitions/definition-of';
import { contextOf, type Command } from './command';

/** What a repository needs of the application's engine. */
export interface AggregateAccess {
  /** @throws PartNotRunError, NotOpenError */
  toWrite(): CommandExecutor;
  /** @throws NotOpenError */
  toLoad(): CommandExecutor;
}

type Options<Request> = Omit<Request, 'aggregate' | 'aggregateId' | 'command' | 'decide'>;

/** The aggregates of one stream type, as `@InjectAggregate` gives them. */
export class AggregateRepository<State, Event extends DomainEvent> {
  constructor(
    private readonly aggregate: Aggregate<State, Event>,
    private readonly access: AggregateAccess,
  ) {}

  /**
   * Decides on the current state and appends the events. When it resolves with `accepted`, the events are durable. A
   * decision that meets a conflict is made again on the newer state, and a repeated command gets its first result.
   *
   * Throws what `CommandExecutor.execute` throws.
   *
   * @throws PartNotRunError if this process does not run `write`
   */
  async execute(
    id: string,
    command: Command,
    decide: ExecuteRequest<State, Event>['decide'],
    options: Options<ExecuteRequest<State, Event>> = {},
  ): Promise<Execution> {
    return this.access.toWrite().execute({ ...options, ...this.of(id, command), decide });
  }

  /** `CommandExecutor.executeAsking`, for a decision that calls an outside party. */
  async executeAsking(
    id: string,
    command: Command,
    decide: ExecuteAskingRequest<State, Event>['decide'],
    options: Options<ExecuteAskingRequest<State, Event>> = {},
  ): Promise<Execution> {
    return this.access.toWrite().executeAsking({ ...options, ...this.of(id, command), decide });
  }

  /** The current state, with everything that was committed before the call. Its version is 0 if it does not exist. */
  async load(id: string): Promise<LoadedAggregate<State>> {
    return this.access.toLoad().load(this.aggregate, id);
  }

  /**
   * The state up to and including a version or an instant; see `AggregateLoader.loadAt`.
   *
   * @returns `undefined` if the aggregate did not exist at that point
   */
  async loadAt(id: string, until: number | Date): Promise<LoadedAggregate<State> | undefined> {
    const point = until instanceof Date ? { at: until } : { version: until };
    return this.access.toLoad().loadAt(this.aggregate, id, point);
  }

  private of(aggregateId: string, command: Command) {
    const { aggregate } = this;
    const context = contextOf(command, streamIdOf(aggregate.streamType, aggregateId));
    return { aggregate, aggregateId, command: context };
  }
}

/** The repository of an aggregate, or of the aggregate that a class defines: `RepositoryOf<typeof account>`. */
export type RepositoryOf<Of> =
  Of extends Aggregate<infer State, infer Event>
    ? AggregateRepository<State, Event>
    : Of extends DefiningClass<infer Instance>
      ? AggregateRepository<FieldsOf<Instance>, DomainEvent>
      : never;
