import { AssertionError } from 'node:assert';
import type { EventEnvelope } from '@tidemark/kernel';
import { ProcessStory, type CommandUnderTest, type InstanceUnderTest, type ToldEvent } from './process-story';

/** A process that rings for every visitor, with the visitor's name, and checks again after a while. */
class Doorbell implements InstanceUnderTest<number> {
  private visitors = 0;
  private readonly commands: CommandUnderTest[] = [];
  private readonly timers = new Map<string, string | undefined>();
  private isStuck = false;
  readonly causes: string[] = [];

  event({ data, timestamp, causationId }: EventEnvelope): void {
    this.visitors += 1;
    this.causes.push(causationId);
    this.ring(`ring:${this.visitors}`, data);
    this.timers.set('look_again', timestamp);
  }

  timer(name: string, dueAt: string): void {
    this.timers.set(name, undefined);
    this.ring('look', { dueAt });
  }

  retry(): void {
    this.isStuck = false;
  }

  skip(): boolean {
    return this.isStuck;
  }

  forceCompensate({ reason }: { readonly reason?: string }): boolean {
    this.ring('apologise', { reason });
    return true;
  }

  giveUpUnanswered(commandIds: ReadonlySet<string>): void {
    this.isStuck = commandIds.has('id of ring:1');
  }

  commandId(step: string): string {
    return `id of ${step}`;
  }

  status(): string {
    return this.isStuck ? 'STUCK' : 'RUNNING';
  }

  change() {
    return this.visitors === 0
      ? undefined
      : { instance: { state: this.visitors }, commands: this.commands, timers: this.timers };
  }

  private ring(step: string, data: unknown): void {
    this.commands.push({ step, envelope: { streamType: 'Bell', type: 'Ring', data } });
  }
}

const came = (name: string, answers?: string): ToldEvent => ({
  type: 'VisitorCame',
  streamId: 'Door-1',
  data: { name },
  ...(answers !== undefined && { answers }),
});

describe('a process story', () => {
  let doorbell: Doorbell;
  let story: ProcessStory<number>;
  beforeEach(() => {
    doorbell = new Doorbell();
    story = new ProcessStory(doorbell);
  });

  it('compares commands by their step, or as a whole', () => {
    story.when(came('Ada')).then('ring:1');
    story
      .when(came('Bob'), came('Eve'))
      .then('ring:2', { step: 'ring:3', streamType: 'Bell', type: 'Ring', data: { name: 'Eve' } });
    expect(story.state).toBe(3);
  });

  it('checks only the effects of the last inputs', () => {
    story.given(came('Ada')).when({ unanswered: [] }).thenNothing();
  });

  it('fires a timer when it is due, once', () => {
    story.given(came('Ada'));
    expect([...story.timers]).toEqual([['look_again', '2010-12-01T08:00:00.000Z']]);
    story
      .when({ timer: 'look_again' })
      .then({ step: 'look', streamType: 'Bell', type: 'Ring', data: { dueAt: '2010-12-01T08:00:00.000Z' } });
    expect(() => story.when({ timer: 'look_again' })).toThrow('has not set the timer look_again');
  });

  it('knows which command an event answers, and which commands are given up', () => {
    story.given(came('Ada'), came('Bob', 'ring:1'));
    expect(doorbell.causes).toEqual(['command-1', 'id of ring:1']);
    story.given({ unanswered: ['ring:1'] });
    expect(story.status).toBe('STUCK');
    story.given({ person: 'retry' });
    expect(story.status).toBe('RUNNING');
  });

  it('lets a person request possible and impossible acts', () => {
    story.given(came('Ada'));
    story
      .when({ person: 'force_compensate', reason: 'a prank' })
      .then({ step: 'apologise', streamType: 'Bell', type: 'Ring', data: { reason: 'a prank' } });
    story.when({ person: 'skip' }).thenRefused();
    expect(() => story.given({ person: 'skip' })).toThrow('not possible');
  });

  it.each([
    ['another step', () => story.when(came('Ada')).then('ring:2')],
    ['fewer commands', () => story.when(came('Ada')).thenNothing()],
    ['more commands', () => story.when(came('Ada')).then('ring:1', 'ring:1')],
    [
      'other data',
      () =>
        story
          .when(came('Ada'))
          .then({ step: 'ring:1', streamType: 'Bell', type: 'Ring', data: { name: 'Bob' } }),
    ],
    ['a request that is refused', () => story.given(came('Ada')).when({ person: 'skip' }).thenNothing()],
    ['a request that is not refused', () => story.when({ person: 'retry' }).thenRefused()],
    ['a state before anything has happened', () => story.state],
  ])('fails on %s', (_, expectation) => {
    expect(expectation).toThrow(AssertionError);
  });
});
