import { describeContention } from './describe-contention.fixture';

/** `contention.long.spec.ts` does the same for longer. */
describeContention('replicas that write to one stream', 1_500, [
  { replicas: 2, asks: false },
  { replicas: 4, asks: false },
  { replicas: 2, asks: true },
]);
