export { addresses, type Checkout, type Running } from './find-tidemark';
export type { Environment } from './given-in';
export type { Service } from './installation';
export { claimsOf, printToken } from './print-token';
export { runTidemark, type Surroundings } from './program';
export type { Report } from './report';
export { tolerated } from './status';
