export {
  ProcessStory,
  type ExpectedCommand,
  type InstanceUnderTest,
  type ProcessOutcome,
  type ToldEvent,
  type ToldInput,
} from './process-story';
