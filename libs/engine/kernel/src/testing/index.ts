export { eventually, type EventuallyOptions } from './eventually';
export { expect, type Expectations } from './expect';
export { given, type Given, type Outcome } from './given';
export { Subject, step, type Expected, type Step } from './model';
export { globalRunner, type TestRunner } from './test-runner';
