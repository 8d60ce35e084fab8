import { describeContention } from './describe-contention.fixture';

/** `contention.long.spec.ts` does the same for longer. */
describeContention('replicas that write to one stream', 1_500, [
  { replicas: 2, asking: 0 },
  { replicas: 4, asking: 0 },
  { replicas: 2, asking: 1 },
  { replicas: 2, asking: 2 },
]);
