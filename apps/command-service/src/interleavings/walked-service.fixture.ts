import { walkInterleavings, type WalkReport } from '@tidemark/test-servers';
import { startCommandService, type TestCommandService } from '../testing/command-service.fixture';
import { faultsOfAnswer, faultsOfRepeat, faultsOfState, type Side } from './contradictions.fixture';
import { LogSoFar } from './log-so-far.fixture';
import { observableReplica, type Answer, type Replica, type Sent } from './replica.fixture';
import { titleOf, type Walk } from './walks.fixture';
import { makeWorld, sends, type World } from './world.fixture';

/** Where the working replica keeps the state of a world at the start of the run. */
export type Start = 'in memory' | 'to be read';

/** Two replicas of the service on one database. Walks a command at one replica beside commands at the other. */
export class WalkedService {
  private readonly log: LogSoFar;

  private constructor(
    readonly service: TestCommandService,
    private readonly here: Replica,
    private readonly there: Replica,
  ) {
    this.log = new LogSoFar(service.store);
  }

  static async start(): Promise<WalkedService> {
    const service = await startCommandService({
      RELAY_DRAIN_TIMEOUT_MS: '0',
      DATABASE_STATEMENT_TIMEOUT_MS: '60000',
    });
    await service.startReplica();
    const [here, there] = await Promise.all(
      service.apps.map((app) => observableReplica(app, service.authKey)),
    );
    return new WalkedService(service, here!, there!);
  }

  walk(walk: Walk, start: Start): Promise<WalkReport> {
    const { command, before, rivals, token } = walk;
    const send = sends[command];
    const sentThere: Record<string, (world: World) => Sent> = {
      'the same command': (world) => send(world, world.mine),
      'the same under another id': (world) => send(world, world.theirs),
      ...Object.fromEntries(
        rivals.map((rival) => [rival, (world: World) => sends[rival](world, world.theirs)]),
      ),
    };
    return walkInterleavings<World>(
      {
        name: titleOf(walk),
        prepare: () => makeWorld(start === 'in memory' ? this.here : this.there, before, token),
        work: (world) => this.here(send(world, world.mine)),
        rivals: Object.fromEntries(
          Object.entries(sentThere).map(([name, sent]) => [name, (world: World) => this.there(sent(world))]),
        ),
        faultsOf: async (world, outcomes, rival) => {
          const work: Side = { name: 'the work', sent: send(world, world.mine), outcome: outcomes.work };
          const other: Side = { name: 'the rival', sent: sentThere[rival]!(world), outcome: outcomes.rival };
          const faults = await this.faultsOfPair(world, work, other, rival === 'the same command');
          return faults.length > 0 ? faults : this.faultsOfSendingAgain(world, work);
        },
      },
      { server: this.service.pool },
    );
  }

  private async faultsOfPair(world: World, work: Side, rival: Side, isSame: boolean): Promise<string[]> {
    const holes = await this.log.readOn();
    const events = this.log.eventsOf(world);
    return [
      ...holes,
      ...[work, rival].flatMap((side) => faultsOfAnswer(side, events, { hasEffect: isSame })),
      ...(isSame ? faultsOfRepeat(work, rival) : []),
      ...(await faultsOfState(this.service.pool, world, events)),
    ];
  }

  /** Either replica must give a repeat of an accepted command the answer of the first time, and change nothing. */
  private async faultsOfSendingAgain(world: World, work: Side): Promise<string[]> {
    if (work.outcome.status !== 'fulfilled' || !(work.outcome.value as Answer).isAccepted) {
      return [];
    }
    const before = this.log.eventsOf(world);
    const [outcome] = await Promise.allSettled([this.there(work.sent)]);
    const holes = await this.log.readOn();
    const after = this.log.eventsOf(world);
    return [
      ...holes,
      ...(after.length > before.length ? ['a repeat of the work wrote to the log'] : []),
      ...faultsOfRepeat(work, { name: 'a repeat', sent: work.sent, outcome }),
      ...(await faultsOfState(this.service.pool, world, after)),
    ];
  }
}
