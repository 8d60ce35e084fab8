import { Metrics } from '@tidemark/platform';
import { driftKinds } from '@tidemark/projections';
import { projections } from '../projections';
import { DriftMetrics } from './drift-metrics';

it('the count of drift starts at zero, for every read model and kind', async () => {
  const metrics = new Metrics('test');
  new DriftMetrics(metrics);
  const text = await metrics.text();
  for (const { name } of projections) {
    for (const kind of driftKinds) {
      expect(text).toContain(
        `tidemark_projection_drift_total{read_model="${name}",kind="${kind}",service="test"} 0`,
      );
    }
  }
});
