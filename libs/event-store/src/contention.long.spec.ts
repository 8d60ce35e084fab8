import { describeContention } from './describe-contention.fixture';

describeContention('replicas that write to one stream for 30 s', 30_000, [
  { replicas: 2, asks: false },
  { replicas: 4, asks: false },
  { replicas: 2, asks: true },
  { replicas: 4, asks: true },
]);
