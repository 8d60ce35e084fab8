import { Pauses, type ModelProjection, type PausedProjection } from '@tidemark/projections';
import { PauseRefusedError } from '../errors';

/**
 * Pauses and resumes the projections of a processing group together. A projection without `processingGroup` is a group
 * of its own, of its name. All projections of an application share one consumer, whatever their groups are.
 */
export class ProcessingGroups {
  constructor(
    private readonly projections: readonly ModelProjection[],
    private readonly pauses: Pauses,
  ) {}

  /**
   * Resolves when the pause is stored for every projection of the group. If it rejects, some may be paused: repeat it.
   *
   * @param reason for the next operator; not empty
   * @throws PauseRefusedError, and the faults of the store
   */
  async pause(
    group: string,
    request: { readonly by: string; readonly reason: string },
  ): Promise<readonly PausedProjection[]> {
    const paused: PausedProjection[] = [];
    for (const { name } of this.projectionsOf(group)) {
      const answer = await this.pauses.pause(name, request);
      if (typeof answer === 'string') {
        throw new PauseRefusedError(group, answer);
      }
      paused.push(answer);
    }
    return paused;
  }

  /** Resolves when that is stored. The projections catch up afterwards. @throws PauseRefusedError */
  async resume(group: string): Promise<void> {
    for (const { name } of this.projectionsOf(group)) {
      await this.pauses.resume(name);
    }
  }

  /** The paused projections of all groups. */
  paused(): Promise<readonly PausedProjection[]> {
    return this.pauses.all();
  }

  private projectionsOf(group: string): readonly ModelProjection[] {
    const found = this.projections.filter(({ name, processingGroup = name }) => processingGroup === group);
    if (found.length === 0) {
      throw new PauseRefusedError(group, 'unknown_projection');
    }
    return found;
  }
}
