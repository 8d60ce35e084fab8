import type { EventEnvelope } from '@tidemark/kernel';
import { UnknownDefinitionVersionError } from './errors';
import type { ProcessDefinition } from './process-definition';

/**
 * All versions of one process that have instances. New instances start with the newest version, and running instances
 * keep theirs.
 */
export class DefinitionVersions {
  readonly process: string;
  readonly newest: ProcessDefinition;
  private readonly newestFirst: readonly ProcessDefinition[];
  private readonly byVersion: ReadonlyMap<number, ProcessDefinition>;

  constructor(definitions: readonly [ProcessDefinition, ...ProcessDefinition[]]) {
    this.newestFirst = [...definitions].sort((one, other) => other.version - one.version);
    this.newest = this.newestFirst[0]!;
    this.process = this.newest.name;
    this.byVersion = new Map(definitions.map((definition) => [definition.version, definition]));
    if (definitions.some(({ name }) => name !== this.process) || this.byVersion.size !== definitions.length) {
      throw new Error(`the definitions of ${this.process} must share its name and differ in their version`);
    }
  }

  /** The versions in this code. Replicas of another release may have others. */
  get known(): readonly number[] {
    return [...this.byVersion.keys()];
  }

  /** The events that belong to an instance, with its id. The newest version that knows an event's type decides. */
  correlate(
    events: readonly EventEnvelope[],
  ): { readonly event: EventEnvelope; readonly instanceId: string }[] {
    return events.flatMap((event) => {
      const knowing = this.newestFirst.find(({ eventTypes }) => eventTypes.includes(event.type));
      const instanceId = knowing?.correlate(event);
      return instanceId === undefined ? [] : [{ event, instanceId }];
    });
  }

  /** @throws UnknownDefinitionVersionError */
  of(version: number): ProcessDefinition {
    const definition = this.byVersion.get(version);
    if (!definition) {
      throw new UnknownDefinitionVersionError(this.process, version);
    }
    return definition;
  }
}
