import { Injectable, Logger } from '@nestjs/common';
import { Metrics } from '@tidemark/platform';
import { driftKinds, type Drift, type Findings } from '@tidemark/projections';
import { projections } from '../projections';

const LOGGED = 20;

/** Counts the documents that were compared with the log, and those that differed. */
@Injectable()
export class DriftMetrics {
  private readonly logger = new Logger(DriftMetrics.name);
  private readonly verified;
  private readonly drifted;

  constructor(metrics: Metrics) {
    this.verified = metrics.counter({
      name: 'tidemark_projection_verified_documents_total',
      help: 'Documents that were compared with a fresh fold of the log',
      labelNames: ['read_model'],
    });
    this.drifted = metrics.counter({
      name: 'tidemark_projection_drift_total',
      help: 'Compared documents that differed from the fold of their events',
      labelNames: ['read_model', 'kind'],
    });
    // Starts at zero: Prometheus sees no increase in a series that begins with its first drift.
    for (const { name } of projections) {
      driftKinds.forEach((kind) => this.drifted.inc({ read_model: name, kind }, 0));
    }
  }

  count(readModel: string, { checked, drifts }: Findings): void {
    this.verified.inc({ read_model: readModel }, checked);
    for (const { kind } of drifts) {
      this.drifted.inc({ read_model: readModel, kind });
    }
    drifts.slice(0, LOGGED).forEach((drift) => this.report(drift));
  }

  private report(drift: Drift): void {
    this.logger.error(drift, 'a document differs from the fold of its events');
  }
}
