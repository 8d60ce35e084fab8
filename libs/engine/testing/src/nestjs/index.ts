export type { BackgroundFailure } from './in-memory-tables';
export { InMemoryTidemark, type InMemoryTidemarkOptions, type SettleOptions } from './in-memory-tidemark';
export { TidemarkTestingModule, type OverridesProviders } from './tidemark-testing.module';
