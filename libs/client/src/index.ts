export type { paths as CommandPaths } from './api/command-service';
export type { paths as ProcessPaths } from './api/process-manager';
export type { paths as QueryPaths } from './api/query-service';
export { NoAnswerError, RequestRefusedError, type Problem } from './errors';
export type { Answer, PathsOf, ReadRequest, WriteRequest } from './requests';
export {
  TidemarkClient,
  type TidemarkClientOptions,
  type TidemarkUrls,
  type WriteResult,
} from './tidemark-client';
