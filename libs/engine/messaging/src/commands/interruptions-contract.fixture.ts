import { eventually } from '@tidemark/test-servers';
import { NEVER } from 'rxjs';
import type { CommandBed } from './command-bed.fixture';
import { command, type CommandsOnTest } from './commands-on-test.fixture';

/** What becomes of commands when the service stops, or loses its connection. */
export function survivesInterruptions(bed: () => CommandBed, current: () => CommandsOnTest): void {
  let test: CommandsOnTest;
  beforeEach(() => {
    test = current();
  });

  it("acknowledges only when the handler's observable is complete", async () => {
    test.onOrder(() => NEVER);
    const service = await test.startService({ drainTimeoutMs: 1 });
    await test.publisher.publish(command());
    await eventually(() => expect(test.handled).toHaveLength(1));
    await service.close();
    await test.expectLeft(1);
  });

  it('finishes running commands when it is closed, and leaves the rest in the queue', async () => {
    let go = () => {};
    const mayGo = new Promise<void>((resolve) => (go = resolve));
    let running = 0;
    test.onOrder(() => {
      running += 1;
      return mayGo;
    });
    const service = await test.startService({ prefetch: 2 });
    const commands = Array.from({ length: 5 }, () => command());
    for (const each of commands) {
      await test.publisher.publish(each);
    }
    await eventually(() => expect(running).toBe(2));
    const closed = service.close();
    go();
    await closed;
    expect(test.idsHandled).toEqual(commands.slice(0, 2).map(({ commandId }) => commandId));
    await test.expectLeft(3);
  });

  it('puts a command back into the queue if the transport is closed while the command waits for its next attempt', async () => {
    let failed = 0;
    test.onOrder(() => {
      failed += 1;
      throw new Error('not now');
    });
    const service = await test.startService({ minBackoffMs: 3_600_000, maxBackoffMs: 3_600_000 });
    await test.publisher.publish(command());
    await eventually(() => expect(failed).toBe(1));
    await service.close();
    await test.expectLeft(1);
  });

  it('loses nothing when its connection is cut again and again', async () => {
    await test.startService();
    const commands = Array.from({ length: 200 }, () => command());
    for (const [index, each] of commands.entries()) {
      const sent = test.publisher.publish(each).catch(() => test.publisher.publish(each));
      if (index % 50 === 25) {
        bed().cut();
      }
      await sent;
    }
    await eventually(() =>
      expect(new Set(test.idsHandled)).toEqual(new Set(commands.map((each) => each.commandId))),
    );
    await test.expectEmpty();
  });

  it('runs commands of one key one after another, in order, and other commands at the same time', async () => {
    let running = 0;
    let most = 0;
    const mayGo = new Map<string, () => void>();
    test.onOrder(async ({ commandId, data }) => {
      if (data === 'hot') {
        running += 1;
        most = Math.max(most, running);
        await new Promise<void>((resolve) => mayGo.set(commandId, resolve));
        running -= 1;
      }
    });
    await test.startService({ serialiseBy: ({ data }) => (typeof data === 'string' ? data : undefined) });
    const hot = [command('PayOrder', 'hot'), command('PayOrder', 'hot'), command('PayOrder', 'hot')];
    const cold = command();
    for (const each of [...hot, cold]) {
      await test.publisher.publish(each);
    }
    await eventually(() => expect(test.idsHandled).toEqual([cold.commandId]));
    for (const each of hot) {
      await eventually(() => expect(mayGo.has(each.commandId)).toBe(true));
      mayGo.get(each.commandId)!();
    }
    await eventually(() => expect(test.handled).toHaveLength(4));
    expect(test.idsHandled.slice(1)).toEqual(hot.map(({ commandId }) => commandId));
    expect(most).toBe(1);
  });
}
