import type { ProcessDefinition } from '@tidemark/process-manager';

/** The versions of one process. */
export type ProcessVersions = readonly [ProcessDefinition, ...ProcessDefinition[]];

/** The processes of an application: definitions of one name are versions of one process. */
export function processesOf(definitions: readonly ProcessDefinition[]): readonly ProcessVersions[] {
  const names = [...new Set(definitions.map(({ name }) => name))];
  return names.map((name) => definitions.filter((one) => one.name === name) as unknown as ProcessVersions);
}
