import type { ProcessInstance } from '../process-instance';
import type { InstanceStory, ProcessReader } from '../process-reader';
import type { ListedInstance } from '../sql/select-instance-page';
import { unfinishedStatuses, type ProcessFigures } from '../sql/select-figures';
import { stored, type InMemoryProcess, type StoredInstance } from './in-memory-process';

/** `ProcessReader` without a database, for tests. */
export class InMemoryProcessReader implements Pick<ProcessReader, 'find' | 'page' | 'tell' | 'figures'> {
  constructor(private readonly tables: InMemoryProcess) {}

  async find(instanceId: string): Promise<ProcessInstance | undefined> {
    const found = this.tables.instances.get(instanceId);
    return found && stored(found.instance);
  }

  async page({
    status,
    after,
    limit,
  }: Parameters<ProcessReader['page']>[0]): Promise<readonly ListedInstance[]> {
    const listed = [...this.tables.instances.values()].map(listedOf);
    return listed
      .filter(({ instance }) => status === undefined || instance.status === status)
      .sort((one, other) => compare(other, one))
      .filter(({ position }) => !after || compare({ position }, { position: after }) < 0)
      .slice(0, limit);
  }

  async tell(instances: readonly ProcessInstance[]): Promise<readonly InstanceStory[]> {
    const { outbox, giveUpAfterMs } = this.tables;
    return instances.map((instance) => ({
      instance,
      timers: this.tables
        .timersOf(instance.instanceId)
        .map(({ name, dueAt }) => ({ name, dueAt: new Date(dueAt) })),
      outstanding: outbox.outstanding(instance.instanceId).map(({ step, firstSentAt }) => ({
        step,
        ...(firstSentAt !== undefined && { givesUpAt: new Date(firstSentAt + giveUpAfterMs) }),
      })),
      history: stored(this.tables.historyOf(instance.instanceId)),
    }));
  }

  async figures(): Promise<ProcessFigures> {
    const now = this.tables.now();
    const ageSeconds = (since: number) => (now - since) / 1_000;
    const all = [...this.tables.instances.values()];
    const unfinished = unfinishedStatuses.flatMap((status) => {
      const having = all.filter(({ instance }) => instance.status === status);
      const oldestAgeSeconds = ageSeconds(Math.min(...having.map(({ createdAt }) => createdAt)));
      return having.length === 0 ? [] : [[status, { count: having.length, oldestAgeSeconds }] as const];
    });
    const outstanding = this.tables.outbox.outstanding();
    return {
      unfinished: Object.fromEntries(unfinished),
      outstandingCommands: outstanding.length,
      oldestCommandAgeSeconds: ageSeconds(Math.min(now, ...outstanding.map(({ createdAt }) => createdAt))),
      timersDue: this.tables.dueTimers().length,
    };
  }
}

function listedOf({ instance, createdAt }: StoredInstance): ListedInstance {
  const { instanceId } = instance;
  return { instance: stored(instance), position: { createdAtMicros: createdAt * 1_000, instanceId } };
}

type Placed = Pick<ListedInstance, 'position'>;

/** The older instance first. */
function compare({ position: one }: Placed, { position: other }: Placed): number {
  return (
    one.createdAtMicros - other.createdAtMicros ||
    Number(one.instanceId > other.instanceId) - Number(one.instanceId < other.instanceId)
  );
}
