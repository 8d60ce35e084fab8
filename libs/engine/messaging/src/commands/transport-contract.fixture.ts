import { eventually } from '@tidemark/test-servers';
import { BrokerUnavailableError } from '../errors';
import type { CommandBed } from './command-bed.fixture';
import { command, Hopeless, type CommandsOnTest } from './commands-on-test.fixture';

/** What a service does with commands that succeed, fail, or can not be handled. */
export function handlesCommands(bed: () => CommandBed, current: () => CommandsOnTest): void {
  let test: CommandsOnTest;
  beforeEach(() => {
    test = current();
  });

  it('gives commands to their controller and acknowledges them', async () => {
    await test.startService();
    const commands = Array.from({ length: 100 }, () => command());
    await Promise.all(commands.map((each) => test.publisher.publish(each)));
    await eventually(() => expect(test.handled).toHaveLength(100));
    expect(test.idsHandled.sort()).toEqual(commands.map(({ commandId }) => commandId).sort());
    await test.expectQueueEmptyAfterClose();
  });

  it('retries in place until the command succeeds', async () => {
    test.onOrder((_, attempt) => {
      if (attempt < 4) {
        throw new Error('not now');
      }
    });
    await test.startService();
    const flaky = command();
    await test.publisher.publish(flaky);
    await eventually(() => expect(test.handled).toEqual([{ commandId: flaky.commandId, attempt: 4 }]));
    await test.expectQueueEmptyAfterClose();
  });

  it('turns a command that fails too often into a dead letter with the reason, and continues with other commands', async () => {
    const poison = command('PayOrder', { poison: true });
    test.onOrder(({ commandId }) => {
      if (commandId === poison.commandId) {
        throw new Error('the provider is on fire');
      }
    });
    await test.startService({ maxAttempts: 3, prefetch: 1 });
    const sound = command();
    await test.publisher.publish(poison);
    await test.publisher.publish(sound);
    const dead = await test.deadLetter();
    expect(JSON.parse(dead.content.toString())).toEqual(poison);
    expect(dead.routingKey).toBe('Order.PayOrder');
    expect(dead).toMatchObject({
      reasonCode: 'Error',
      reason: 'the provider is on fire',
      attempts: 3,
      messageId: poison.commandId,
    });
    await eventually(() => expect(test.idsHandled).toEqual([sound.commandId]));
    await test.expectQueueEmptyAfterClose();
  });

  it('leaves one dead letter of a command, however often its sender repeats it and it fails', async () => {
    test.onOrder(() => {
      throw new Hopeless('no way');
    });
    const outcomes: string[] = [];
    await test.startService({ hooks: { onFinished: (_pattern, outcome) => outcomes.push(outcome) } });
    const repeated = command();
    for (const attempt of [1, 2, 3, 4]) {
      await test.publisher.publish(repeated, attempt);
      await eventually(() => expect(outcomes).toHaveLength(attempt));
      await test.expectEmpty();
    }
    expect(outcomes).toEqual(['dead_lettered', 'failed_again', 'failed_again', 'failed_again']);
    expect(await test.deadLetter()).toMatchObject({
      messageId: repeated.commandId,
      attempts: 1,
    });
    await test.expectQueueEmptyAfterClose();
    expect(await bed().drainDead()).toEqual([]);
  });

  it("does not retry a command that can't succeed", async () => {
    test.onOrder(() => {
      throw new Hopeless('no way');
    });
    await test.startService();
    await test.publisher.publish(command());
    expect(await test.deadLetter()).toMatchObject({ reasonCode: 'hopeless', attempts: 1 });
    await test.publisher.publish(command('CancelOrder', 'because'));
    expect(await test.deadLetter()).toMatchObject({
      reasonCode: 'BadRequestException',
      reason: 'no such reason: because',
      attempts: 1,
    });
  });

  it('waits while the environment fails, and counts only failures of the command itself', async () => {
    const ailing = command();
    test.onOrder((_, attempt) => {
      if (attempt === 12) {
        throw new Error('its own');
      }
      if (attempt < 20) {
        throw new BrokerUnavailableError('away');
      }
    });
    await test.startService({ maxAttempts: 2 });
    await test.publisher.publish(ailing);
    await eventually(() => expect(test.handled).toEqual([{ commandId: ailing.commandId, attempt: 20 }]));
    await test.expectQueueEmptyAfterClose();
    expect(await bed().drainDead()).toEqual([]);
  });

  it('turns a command into a dead letter if the environment fails for too long', async () => {
    test.onOrder(() => {
      throw new BrokerUnavailableError('away');
    });
    await test.startService({ maxAttempts: 1, maxWaitMs: 100 });
    await test.publisher.publish(command());
    const letter = await test.deadLetter();
    expect(letter).toMatchObject({ reasonCode: 'broker_unavailable' });
    expect(letter.attempts).toBeGreaterThan(1);
    await test.expectQueueEmptyAfterClose();
  });

  it('also handles commands for an event pattern: retries them in place, or makes dead letters', async () => {
    test.onOrder(({ data }, attempt) => {
      if (data === 'poison' || attempt < 3) {
        throw new Error('not now');
      }
    });
    await test.startService({ maxAttempts: 4 });
    const flaky = command('NoteOrder');
    await test.publisher.publish(flaky);
    await eventually(() => expect(test.handled).toEqual([{ commandId: flaky.commandId, attempt: 3 }]));
    await test.publisher.publish(command('NoteOrder', 'poison'));
    expect(await test.deadLetter()).toMatchObject({ reason: 'not now', attempts: 4 });
    await test.expectQueueEmptyAfterClose();
  });

  it('turns a command that a guard refuses into a dead letter at once', async () => {
    await test.startService();
    await test.publisher.publish(command('ShipOrder'));
    expect(await test.deadLetter()).toMatchObject({
      reason: 'Forbidden resource',
      attempts: 1,
    });
    expect(test.handled).toEqual([]);
    await test.expectQueueEmptyAfterClose();
  });

  it('turns a command without a controller, or an unreadable command, into a dead letter', async () => {
    await test.startService();
    await test.publisher.publish(command('FrobnicateOrder'));
    expect(await test.deadLetter()).toMatchObject({ reasonCode: 'unknown_pattern' });
    await test.putSigned(Buffer.from('{"commandId"'));
    expect(await test.deadLetter()).toMatchObject({ reasonCode: 'malformed_message' });
    const stray = { ...command(), streamType: 'Payment' };
    await test.putSigned(Buffer.from(JSON.stringify(stray)));
    expect(await test.deadLetter()).toMatchObject({ reasonCode: 'unknown_pattern' });
    await test.expectQueueEmptyAfterClose();
  });
}
