import { UnroutableMessageError } from '../errors';
import type { CommandBed } from './command-bed.fixture';
import { command, type CommandsOnTest } from './commands-on-test.fixture';

/** What a sender can rely on. */
export function sendsCommands(bed: () => CommandBed, current: () => CommandsOnTest): void {
  let test: CommandsOnTest;
  beforeEach(() => {
    test = current();
  });

  it('stores a command durably before any consumer exists', async () => {
    await test.publisher.publish({ ...command(), traceparent: '00-trace' });
    const [queued] = await bed().drain();
    expect(queued).toMatchObject({ isDurable: true, headers: { traceparent: '00-trace' } });
  });

  it('fails a command that no queue takes, and continues with other commands', async () => {
    const lost = test.publisher.publish({ ...command(), streamType: 'Nobody' });
    const sound = test.publisher.publish(command());
    await expect(lost).rejects.toBeInstanceOf(UnroutableMessageError);
    await sound;
    expect(await bed().drain()).toHaveLength(1);
  });

  it('has at most the allowed number of commands in flight, and sends a command in flight only once', async () => {
    const narrow = test.publisherWith({ maxInFlight: 2 });
    const commands = Array.from({ length: 20 }, () => command());
    await Promise.all([...commands, ...commands].map((each) => narrow.publish(each)));
    expect(await bed().drain()).toHaveLength(20);
    await narrow.close();
  });
}
