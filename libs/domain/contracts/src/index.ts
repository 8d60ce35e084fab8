export { aggregates, isStreamType, type StreamType } from './aggregates';
export { allContracts, eventCodec, type TidemarkEvent } from './all-contracts';
export {
  commandContracts,
  commandNames,
  commandOf,
  isCommandName,
  streamOfCommand,
  type CommandContract,
  type CommandData,
  type CommandInput,
  type CommandName,
} from './commands';
export { FULFILMENT_GROUP, PROJECTIONS_GROUP, consumerGroups } from './consumer-groups';
export { partitionKeyOf } from './partition-key-of';
export { refusals } from './refusals';
export type { PartitionKeys } from './partition-keys';
