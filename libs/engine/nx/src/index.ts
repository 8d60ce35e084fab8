export { aggregateGenerator, type AggregateOptions } from './aggregate/aggregate';
export { appGenerator, type AppOptions } from './app/app';
export { commandGenerator, type CommandOptions } from './command/command';
export { eventGenerator, type EventOptions } from './event/event';
export { processGenerator, type ProcessOptions } from './process/process';
export { projectionGenerator, type ProjectionOptions } from './projection/projection';
