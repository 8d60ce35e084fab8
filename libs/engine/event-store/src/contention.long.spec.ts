import { describeContention } from './describe-contention.fixture';

describeContention('replicas that write to one stream for 30 s', 30_000, [
  { replicas: 2, asking: 0 },
  { replicas: 4, asking: 0 },
  { replicas: 2, asking: 1 },
  { replicas: 4, asking: 2 },
  { replicas: 2, asking: 2 },
  { replicas: 4, asking: 4 },
]);
