import { Fault, type Refusal } from '@tidemark/kernel';
import type { Part } from './options';

/** Two aggregates of the application have one stream type. */
export class StreamTypeTakenError extends Fault {
  readonly code = 'stream_type_taken';
  readonly retryable = false;

  constructor(readonly streamType: string) {
    super(
      `two aggregates have the stream type ${streamType}: give one of them another streamType, because the events of ` +
        'a stream belong to one aggregate',
    );
  }
}

/** Two contracts of the application publish one event name. */
export class EventNameTakenError extends Fault {
  readonly code = 'event_name_taken';
  readonly retryable = false;

  constructor(
    readonly eventName: string,
    /** The stream types of the aggregates with the contracts; one if both are of the same aggregate. */
    readonly streamTypes: readonly string[],
  ) {
    super(
      `two contracts of ${streamTypes.join(' and ')} publish the event ${eventName}: rename one of them, or give the ` +
        'first a further version with next(), because readers of the log know an event by its name alone',
    );
  }
}

/** The database lacks migrations, and the application may not run them itself. */
export class MigrationMissingError extends Fault {
  readonly code = 'migration_missing';
  readonly retryable = false;

  constructor(
    readonly schema: string,
    cause: Error,
  ) {
    super(
      `the database is not prepared (${cause.message}): call migrateTidemark() of @tidemark/nestjs before the start, ` +
        `or set migrate: 'onStart'`,
      { cause },
    );
  }
}

/** The log was created with another number of partitions than the application asks for. */
export class WrongPartitionCountError extends Fault {
  readonly code = 'wrong_partition_count';
  readonly retryable = false;

  constructor(
    readonly stored: number,
    readonly wanted: number,
    options?: ErrorOptions,
  ) {
    super(
      `the log has ${stored} partitions, and the application asks for ${wanted}: set partitions: ${stored}, or leave ` +
        'it out, because the number of partitions of a log never changes',
      options,
    );
  }
}

/** The application called a part of Tidemark that does not run in this process. */
export class PartNotRunError extends Fault {
  readonly code = 'part_not_run';
  readonly retryable = false;

  constructor(
    readonly part: Part,
    what: string,
  ) {
    super(
      `${what} needs the part '${part}', which does not run here: add it to runs, or call a process that runs it`,
    );
  }
}

/** The application called Tidemark before it was open, or after it was closed. */
export class NotOpenError extends Fault {
  readonly code = 'not_open';
  readonly retryable = false;

  constructor() {
    super(
      'Tidemark is open from the onModuleInit of TidemarkModule to its onApplicationShutdown: call it later than a ' +
        'constructor, and await app.init() or app.listen() before',
    );
  }
}

/** Two projections of the application fill one read model. */
export class ReadModelTakenError extends Fault {
  readonly code = 'read_model_taken';
  readonly retryable = false;

  constructor(readonly readModel: string) {
    super(
      `two projections fill the read model ${readModel}: give one of them a read model of another name, because each ` +
        'document has one writer',
    );
  }
}

/** The code has an older version of a projection than the live read model. */
export class ProjectionVersionLoweredError extends Fault {
  readonly code = 'projection_version_lowered';
  readonly retryable = false;

  constructor(
    readonly projection: string,
    readonly version: number,
    readonly liveVersion: number,
  ) {
    super(
      `the projection ${projection} has version ${version}, but version ${liveVersion} is live: deploy the release with ` +
        `version ${liveVersion}, or raise the version to ${liveVersion + 1} to fill the read model anew with this code`,
    );
  }
}

/** A consistency token is malformed, or names a place that the log does not have. */
export class InvalidConsistencyTokenError extends Fault {
  readonly code = 'invalid_consistency_token';
  readonly retryable = false;

  constructor(reason: string) {
    super(`the consistency token is invalid: ${reason}; send back a token as a write has returned it`);
  }
}

/** The read model does not contain the writes of the token yet. */
export class ReadModelBehindError extends Fault {
  readonly code = 'read_model_behind';
  readonly retryable = true;

  constructor(
    readonly readModel: string,
    readonly timeoutMs: number,
  ) {
    super(
      `after ${timeoutMs} ms, the read model ${readModel} lacked the writes of the token; read it again later`,
    );
  }
}

/** No process has begun to fill the read model. Inline projections are filled by processes that write. */
export class ReadModelMissingError extends Fault {
  readonly code = 'read_model_missing';
  readonly retryable = true;

  constructor(
    readonly readModel: string,
    filledBy: Part = 'projections',
    options?: ErrorOptions,
  ) {
    super(
      `the read model ${readModel} does not exist yet: start a process that runs the part '${filledBy}'`,
      options,
    );
  }
}

/** Two commands of the application have one name. */
export class CommandTakenError extends Fault {
  readonly code = 'command_taken';
  readonly retryable = false;

  constructor(readonly pattern: string) {
    super(
      `two definitions handle the command ${pattern}: rename one of them, because one decision answers a command`,
    );
  }
}

/**
 * A command was refused. A process's command is tried again before it becomes a dead letter, because what it needs may
 * still arrive.
 */
export class CommandRefusedError extends Fault {
  readonly code = 'command_refused';
  readonly retryable = true;

  constructor(readonly refusal: Refusal) {
    super(`refused with ${refusal.code}: ${refusal.message}`);
  }
}

/** The aggregate is not at the version that the caller pinned. */
export class VersionMismatchError extends Fault {
  readonly code = 'version_mismatch';
  readonly retryable = false;

  constructor(readonly actualVersion: number) {
    super(`the current version is ${actualVersion}`);
  }
}

/** A class takes the place of a definition, and no decorator has made it one. */
export class NoDefinitionError extends Fault {
  readonly code = 'no_definition';
  readonly retryable = false;

  constructor(
    readonly className: string,
    kind: 'aggregate' | 'projection',
  ) {
    const decorator = { aggregate: '@EventSourced', projection: '@ProcessingGroup' }[kind];
    super(
      `the class ${className} is no ${kind}: decorate it with ${decorator} of @tidemark/nestjs/class-style, also if it ` +
        `extends a class with that decorator`,
    );
  }
}

/** A projection reacts to an event that no aggregate of the application publishes. */
export class EventNotPublishedError extends Fault {
  readonly code = 'event_not_published';
  readonly retryable = false;

  constructor(
    readonly projection: string,
    readonly eventName: string,
  ) {
    super(
      `the projection ${projection} handles the event ${eventName}, which no contract names: add the aggregate that ` +
        'publishes it to the aggregates of a TidemarkModule.forFeature, or remove the handler',
    );
  }
}

/** A processing group can't be paused or resumed. */
export class PauseRefusedError extends Fault {
  readonly code = 'pause_refused';
  readonly retryable = false;

  constructor(
    readonly group: string,
    readonly reason: 'unknown_projection' | 'reason_missing',
  ) {
    super(
      reason === 'reason_missing'
        ? `the pause of ${group} has no reason: say why, for the operator who finds it paused`
        : `no projection of this application has the processing group or the name ${group}: use one of @ProcessingGroup, ` +
            'or the name of a read model',
    );
  }
}
