export { aggregates, isStreamType, type StreamType } from './aggregates';
export { allContracts, eventCodec, type TidemarkEvent } from './all-contracts';
export { partitionKeyOf } from './partition-key-of';
