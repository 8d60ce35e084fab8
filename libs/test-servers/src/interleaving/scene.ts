import type { Pool } from 'pg';
import { untilBlocked } from './blocked';
import { Latch } from './latch';
import { isSame, ObservedWork, type Statement, type Through } from './observed-work';
import { inOwnTransaction } from './recording';

/**
 * When the rival commits. `before`: before the statement is sent. `during`: the rival has written when the statement is
 * sent, and commits once the statement is answered or waits for the rival's lock.
 */
export type Moment = 'before' | 'during';

export interface Pair {
  /** The work's statement. */
  readonly statement: Statement;
  /** The rival's statement that commits. */
  readonly commit: Statement;
  /** Whether this is the rival's last commit, after which it runs to its end. */
  readonly isLastCommit: boolean;
  readonly moment: Moment;
}

export interface Outcomes {
  readonly work: PromiseSettledResult<unknown>;
  readonly rival: PromiseSettledResult<unknown>;
}

/**
 * `unreached`: the work or the rival took a different path from the one that it takes alone. `impossible`: the rival
 * can't commit at that moment, because it waits for a lock of the work. Work and rival run to their ends in either
 * case.
 */
export type Course = 'played' | 'unreached' | 'impossible';

/** One run of work and rival, with the rival's commit at the moment of the pair. */
export class Scene {
  private readonly reached = new Latch();
  private readonly workGoesOn = new Latch();
  private readonly answered = new Latch();
  private readonly stopped = new Latch();
  private readonly rivalGoesOn = new Latch();
  private readonly committed = new Latch();
  private readonly work = new ObservedWork((statement, send) => this.throughWork(statement, send));
  private readonly rival = new ObservedWork((statement, send) => this.throughRival(statement, send));

  /** @param server a pool for watching the server's locks */
  constructor(
    private readonly server: Pool,
    private readonly pair: Pair,
  ) {}

  async play(
    startWork: () => Promise<unknown>,
    startRival: () => Promise<unknown>,
  ): Promise<Outcomes & { readonly course: Course }> {
    const workEnded = this.work.perform(startWork);
    await Promise.race([this.reached.opened, workEnded]);
    await this.work.untilQuiet();
    const rivalEnded = this.rival.perform(startRival);
    const isBlocked = await this.isBlockedBefore(
      Promise.race([this.stopped.opened, rivalEnded]),
      this.rival,
      this.work,
    );
    const isThere = this.reached.isOpen && (this.stopped.isOpen || this.committed.isOpen);
    this.workGoesOn.open();
    if (this.pair.moment === 'before') {
      await workEnded;
    } else if (isThere) {
      await this.isBlockedBefore(Promise.race([this.answered.opened, workEnded]), this.work, this.rival);
    } else {
      this.committed.open();
    }
    this.rivalGoesOn.open();
    const [work, rival] = await Promise.all([workEnded, rivalEnded]);
    return { work, rival, course: isThere ? 'played' : isBlocked ? 'impossible' : 'unreached' };
  }

  private readonly throughWork: Through = async (statement, send) => {
    if (isSame(statement, this.pair.statement)) {
      this.reached.open();
      await this.workGoesOn.opened;
      return send().finally(() => this.answered.open());
    }
    if (this.pair.moment === 'during' && this.reached.isOpen) {
      await this.committed.opened;
    }
    return send();
  };

  private readonly throughRival: Through = async (statement, send) => {
    const { commit, moment, isLastCommit } = this.pair;
    if (!isSame(statement, commit)) {
      if (moment === 'before' && this.committed.isOpen && !isLastCommit) {
        await this.stop();
      }
      return send();
    }
    if (moment === 'before') {
      const result = await send();
      this.committed.open();
      return result;
    }
    if (this.rival.hasOpenTransaction(statement.client)) {
      await this.stop();
      return send().finally(() => this.committed.open());
    }
    return inOwnTransaction(statement.client, async () => {
      const result = await send();
      await this.stop();
      return result;
    }).finally(() => this.committed.open());
  };

  private async stop(): Promise<void> {
    this.stopped.open();
    await this.rivalGoesOn.opened;
  }

  /** Whether `one` waits for a lock of `other` before `event` happens. Without a transaction, `other` has no lock. */
  private async isBlockedBefore(
    event: Promise<unknown>,
    one: ObservedWork,
    other: ObservedWork,
  ): Promise<boolean> {
    const happened = new AbortController();
    const watched = event.then(() => happened.abort());
    if (other === this.work && !other.isInTransaction) {
      await watched;
      return false;
    }
    const isBlocked = await untilBlocked(this.server, one, other, happened.signal);
    return isBlocked && !happened.signal.aborted;
  }
}
