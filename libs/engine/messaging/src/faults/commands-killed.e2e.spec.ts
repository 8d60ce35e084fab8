import { CommandFaultBed } from './command-fault-bed.fixture';
import {
  commandWays,
  type CommandWay,
  type ReceiverPoint,
  type SenderPoint,
} from './command-process.fixture';

const senderPoints: readonly SenderPoint[] = ['before send', 'after confirm', 'after mark'];
const receiverPoints: readonly ReceiverPoint[] = ['before effect', 'after effect', 'after acknowledgement'];

let bed: CommandFaultBed;

beforeEach(async () => {
  bed = await CommandFaultBed.create();
});
afterEach(() => bed.dispose());

const eachWay = <Point>(points: readonly Point[]) =>
  points.flatMap((at) => commandWays.map((way): [CommandWay, Point] => [way, at]));

describe.each(eachWay(senderPoints))('a sender by %s that is killed %s', (way, at) => {
  it('loses no command', async () => {
    bed.receiver({ way });
    const victim = bed.sender({ way, interruption: { at, nth: 7, by: 'SIGKILL' } });
    await bed.order(20);
    expect(await victim.ended).toBe('SIGKILL');
    bed.sender({ way });
    await bed.untilAllHandled(20);
  });
});

describe.each(eachWay(receiverPoints))('a receiver by %s that is killed %s', (way, at) => {
  it('loses no command', async () => {
    const victim = bed.receiver({ way, interruption: { at, nth: 7, by: 'SIGKILL' } });
    bed.sender({ way });
    await bed.order(20);
    expect(await victim.ended).toBe('SIGKILL');
    bed.receiver({ way });
    await bed.untilAllHandled(20);
  });
});

describe.each(commandWays)('the receivers of %s', (way) => {
  it('take over the commands of one that is killed, although no sender repeats them', async () => {
    const sender = bed.sender({ way });
    await bed.order(10);
    await bed.untilConfirmed(10);
    await sender.stop();
    const victim = bed.receiver({ way, interruption: { at: 'before effect', nth: 1, by: 'SIGKILL' } });
    expect(await victim.ended).toBe('SIGKILL');
    bed.receiver({ way });
    await bed.untilAllHandled(10);
  });

  it('finish what they have begun when they are stopped, and lose nothing', async () => {
    bed.sender({ way });
    const first = bed.receiver({ way });
    await bed.order(100);
    await bed.untilDelivered(10);
    await first.stop();
    expect(await first.ended).toBe(0);
    expect(await bed.withoutEffect()).toBe(0);
    bed.receiver({ way });
    await bed.untilAllHandled(100);
  });
});

describe.each([
  ['rabbitmq', 'postgres'],
  ['postgres', 'rabbitmq'],
] as const)('a change from %s to %s', (from, to) => {
  it('loses no command that still waits in the old queue, although receivers leave it first', async () => {
    const [oldSender, oldReceiver] = [bed.sender({ way: from }), bed.receiver({ way: from })];
    await bed.order(20);
    await bed.untilAllHandled(20);
    await oldReceiver.stop();
    await bed.order(30);
    await bed.untilConfirmed(50);
    await oldSender.stop();
    bed.receiver({ way: to });
    bed.sender({ way: to });
    await bed.order(20);
    await bed.untilAllHandled(70);
  });
});
