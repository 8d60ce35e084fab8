export {
  ProcessStory,
  type ExpectedCommand,
  type InstanceUnderTest,
  type ProcessOutcome,
  type ToldEvent,
  type ToldInput,
} from '@tidemark/process-manager/testing';
export { given } from './given';
