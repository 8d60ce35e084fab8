/**
 * What `@tidemark/testing` of the same version makes an engine in memory of. Applications do not need it, and any
 * release may change it.
 */
export { CommandsPart } from './commands/commands-part';
export { keysOfDatabase } from './delivery/message-keys';
export { definitionsOf, type Definitions, type TidemarkFeature } from './definitions/feature';
export { groupOf, PROJECTIONS_GROUP } from './definitions/groups';
export type { OpenEngine, OpenedEngine } from './engine';
export { openMetering, type Metering } from './metrics/metering';
export { Opened } from './opened';
export type { ConnectedControllers } from './open-parts';
export type { HealthCheck, OpenPart } from './part';
export type { ProcessHandle } from './processes/running-process';
export { ProjectionsPart } from './projections/projections-part';
export { requireVersions } from './projections/require-versions';
export { ReadPart } from './read-models/read-part';
export { Reads } from './read-models/reads';
export { OPEN_ENGINE } from './tokens';
