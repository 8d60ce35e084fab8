import {
  accept,
  canonicalJson,
  refuse,
  type Aggregate,
  type Decision,
  type DomainEvent,
} from '@tidemark/kernel';
import { whileApplying } from './apply';
import type { CommandHandlerOptions } from './command-handler';
import { copyOfFields } from './copy-of-json';
import {
  AsyncCommandHandlerError,
  CommandNotHandledError,
  EventNotHandledError,
  EventNotListedError,
  StateChangedByCommandError,
} from './errors';
import { call, handlersOf, type Handler } from './handlers';
import {
  commandNameOf,
  contractOf,
  domainEvent,
  instanceWith,
  type CommandType,
  type EventType,
} from './messages';

type State = Readonly<Record<string, unknown>>;

export interface AggregateSettings {
  readonly streamType: string;
  readonly events: readonly EventType[];
  readonly partitionKeyOf: (event: DomainEvent) => string;
  readonly stateVersion: number;
}

/** An aggregate as its class defines it. */
export interface ClassAggregate extends Aggregate<State> {
  readonly commands: readonly CommandType[];
  /** The decision of the command's handler. @throws CommandNotHandledError */
  decide(command: object): (state: State) => Decision<DomainEvent>;
}

/**
 * Each fold and each decision works on an instance of its own, which is made from the plain fields of the state. So
 * nothing that a method keeps in `this` reaches another stream.
 *
 * @throws HandlerTakenError, EventNotHandledError, EventNotListedError, NoMessageError
 */
export function compileAggregate(
  definingClass: new () => object,
  { streamType, events, partitionKeyOf, stateVersion }: AggregateSettings,
): ClassAggregate {
  const { name: className, prototype } = definingClass;
  const folds = handlersOf(definingClass, 'event sourcing');
  const decisions = handlersOf(definingClass, 'command');
  const contracts = events.map((event) => contractOf(event, `the events of ${className}`));
  requireMatch(className, new Set(contracts.map(({ type }) => type)), folds);
  const initial = copyOfFields(new definingClass(), className);
  const instanceOf = (state: State) =>
    Object.assign(Object.create(prototype as object) as object, copyOfFields(state, className));
  const foldInto = (instance: object, { type, data }: DomainEvent) => {
    const handler = folds.get(type);
    if (!handler) {
      throw new EventNotListedError(className, type);
    }
    whileApplying(undefined, () => call(instance, handler, instanceWith(handler.type as EventType, data)));
  };
  const evolve = (state: State, event: DomainEvent): State => {
    const instance = instanceOf(state);
    foldInto(instance, event);
    return copyOfFields(instance, className);
  };
  const decideBy = (handler: Handler, command: object) => (state: State) => {
    const refusal = refusalFor(handler, streamType, state !== initial);
    if (refusal) {
      return refusal;
    }
    const instance = instanceOf(state);
    const applied: DomainEvent[] = [];
    const answer = whileApplying(
      (event) => {
        const decided = domainEvent(event);
        foldInto(instance, decided);
        applied.push(decided);
      },
      () => call(instance, handler, command),
    ) as Decision<never> | undefined;
    if (answer instanceof Promise) {
      throw new AsyncCommandHandlerError(className, String(handler.method));
    }
    if (answer?.outcome === 'refused') {
      return answer;
    }
    const folded = applied.reduce(evolve, state);
    if (canonicalJson(copyOfFields(instance, className)) !== canonicalJson(folded)) {
      throw new StateChangedByCommandError(className, String(handler.method));
    }
    return accept(...applied);
  };
  return {
    streamType,
    initial,
    evolve,
    partitionKeyOf,
    contracts,
    stateVersion,
    commands: [...decisions.values()].map(({ type }) => type as CommandType),
    decide(command) {
      const { name } = commandNameOf(command.constructor, 'a decision');
      const handler = decisions.get(name);
      if (!handler) {
        throw new CommandNotHandledError(name);
      }
      return decideBy(handler, command);
    },
  };
}

function requireMatch(
  className: string,
  listed: ReadonlySet<string>,
  folds: ReadonlyMap<string, unknown>,
): void {
  const unhandled = [...listed].find((type) => !folds.has(type));
  if (unhandled !== undefined) {
    throw new EventNotHandledError(className, unhandled);
  }
  const unlisted = [...folds.keys()].find((type) => !listed.has(type));
  if (unlisted !== undefined) {
    throw new EventNotListedError(className, unlisted);
  }
}

function refusalFor({ options }: Handler, streamType: string, exists: boolean): Decision<never> | undefined {
  const { creates = false } = options as CommandHandlerOptions;
  if (creates === exists) {
    return creates
      ? refuse('already_exists', `this ${streamType} exists already`)
      : refuse('not_found', `there is no such ${streamType}`);
  }
  return undefined;
}
