/** The consumer group that keeps all read models of an application up to date. */
export const PROJECTIONS_GROUP = 'projections';

/** The consumer group of a process. */
export function groupOf(process: string): string {
  return `process-${process}`;
}
