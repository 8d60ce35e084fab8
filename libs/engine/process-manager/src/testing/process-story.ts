import { AssertionError, deepStrictEqual } from 'node:assert';
import type { EventEnvelope } from '@tidemark/kernel';

/**
 * One instance of a process in memory. `InstanceRun` of `@tidemark/process-manager`, the engine's own code, implements
 * it.
 */
export interface InstanceUnderTest<State> {
  event(event: EventEnvelope): void;
  timer(name: string, dueAt: string): void;
  retry(request: RequestUnderTest): void;
  skip(request: RequestUnderTest): boolean;
  forceCompensate(request: RequestUnderTest): boolean;
  giveUpUnanswered(commandIds: ReadonlySet<string>, at: string): void;
  commandId(step: string): string;
  status(): string;
  change():
    | {
        readonly instance: { readonly state: State };
        readonly commands: readonly CommandUnderTest[];
        readonly timers: ReadonlyMap<string, string | undefined>;
      }
    | undefined;
}

export interface RequestUnderTest {
  readonly actor: string;
  readonly at: string;
  readonly reason?: string;
}

export interface CommandUnderTest {
  readonly step: string;
  readonly envelope: { readonly streamType: string; readonly type: string; readonly data: unknown };
}

/** An event that the process receives. */
export interface ToldEvent {
  readonly type: string;
  /** `Parcel-P1`. */
  readonly streamId: string;
  readonly data: unknown;
  /** The step of the process's command that caused it. By default, another party's command caused it. */
  readonly answers?: string;
  /** RFC 3339. By default, the start of the story. */
  readonly at?: string;
}

export type ToldInput =
  | ToldEvent
  /** A timer of the process is due. */
  | { readonly timer: string }
  /** A person requests an act. */
  | { readonly person: 'retry' | 'skip' | 'force_compensate'; readonly reason?: string }
  /** The engine has given up sending the commands of these steps. */
  | { readonly unanswered: readonly string[] };

/** A step with any command, or a whole command. */
export type ExpectedCommand =
  | string
  | { readonly step: string; readonly streamType: string; readonly type: string; readonly data: unknown };

export interface ProcessOutcome {
  /** The process sends exactly these commands now, in this order. */
  then(...commands: readonly ExpectedCommand[]): void;
  /** The process sends no commands now. */
  thenNothing(): void;
  /** The act that a person requested is not possible. */
  thenRefused(): void;
}

/**
 * The story of one instance: `story.given(ordered).when(packed).then('collect')`. All inputs take effect in order.
 * `then` checks the effects of the last `when`. A mismatch throws `AssertionError`, under any test runner.
 */
export class ProcessStory<State> {
  private told = 0;

  constructor(
    private readonly instance: InstanceUnderTest<State>,
    /** The start of the story, in RFC 3339. */
    private readonly begins = '2010-12-01T08:00:00.000Z',
  ) {}

  /** @throws AssertionError if a requested act is not possible */
  given(...inputs: readonly ToldInput[]): this {
    if (!this.tell(inputs)) {
      throw new AssertionError({ message: 'the request is not possible in the current step of the process' });
    }
    return this;
  }

  when(...inputs: readonly ToldInput[]): ProcessOutcome {
    const askedBefore = this.asked().length;
    const isPossible = this.tell(inputs);
    const asked = this.asked().slice(askedBefore);
    const then = (...expected: readonly ExpectedCommand[]) => {
      const shown = asked.map((command, index) =>
        typeof expected[index] === 'object' ? command : command.step,
      );
      deepStrictEqual({ asked: shown, isPossible }, { asked: expected, isPossible: true });
    };
    return {
      then,
      thenNothing: () => then(),
      thenRefused: () => deepStrictEqual({ asked, isPossible }, { asked: [], isPossible: false }),
    };
  }

  get state(): State {
    const change = this.instance.change();
    if (!change) {
      throw new AssertionError({ message: 'nothing has happened yet' });
    }
    return change.instance.state;
  }

  /** The status as the engine shows it: not final while a command is unanswered. */
  get status(): string {
    return this.instance.status();
  }

  /** The due times of the timers that are set. */
  get timers(): ReadonlyMap<string, string> {
    const set = [...(this.instance.change()?.timers ?? [])];
    return new Map(set.filter((timer): timer is [string, string] => timer[1] !== undefined));
  }

  private asked(): Exclude<ExpectedCommand, string>[] {
    return (this.instance.change()?.commands ?? []).map(({ step, envelope: { streamType, type, data } }) => ({
      step,
      streamType,
      type,
      data,
    }));
  }

  /** False if a requested act was not possible. */
  private tell(inputs: readonly ToldInput[]): boolean {
    return inputs.map((input) => this.tellOne(input)).every(Boolean);
  }

  private tellOne(input: ToldInput): boolean {
    if ('type' in input) {
      this.instance.event(this.envelopeOf(input));
      return true;
    }
    if ('timer' in input) {
      const dueAt = this.timers.get(input.timer);
      if (dueAt === undefined) {
        throw new AssertionError({ message: `the process has not set the timer ${input.timer}` });
      }
      this.instance.timer(input.timer, dueAt);
      return true;
    }
    if ('unanswered' in input) {
      const ids = input.unanswered.map((step) => this.instance.commandId(step));
      this.instance.giveUpUnanswered(new Set(ids), this.begins);
      return true;
    }
    return this.ask(input);
  }

  private ask({ person, reason }: Extract<ToldInput, { person: string }>): boolean {
    const request = { actor: 'somebody', at: this.begins, ...(reason !== undefined && { reason }) };
    switch (person) {
      case 'retry':
        this.instance.retry(request);
        return true;
      case 'skip':
        return this.instance.skip(request);
      case 'force_compensate':
        return this.instance.forceCompensate(request);
      default:
        return person satisfies never;
    }
  }

  private envelopeOf({ type, streamId, data, answers, at = this.begins }: ToldEvent): EventEnvelope {
    this.told += 1;
    return {
      eventId: `event-${this.told}`,
      streamId,
      streamType: streamId.slice(0, streamId.indexOf('-')),
      version: this.told,
      partition: 0,
      position: this.told,
      type,
      schemaVersion: 1,
      data,
      timestamp: at,
      correlationId: 'correlation-1',
      causationId: answers === undefined ? `command-${this.told}` : this.instance.commandId(answers),
      metadata: { actor: 'test' },
    };
  }
}
