export {
  eventually,
  given,
  step,
  Subject,
  type EventuallyOptions,
  type Expected,
  type Given,
  type Outcome,
  type Step,
} from '@tidemark/kernel/testing';
