import type { OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from 'pino';
import { Metrics } from '../metrics/metrics';
import { SecretFiles } from '../secrets/secret-files';
import { secretsIn } from '../secrets/secrets-in';

/**
 * Keeps the secrets of a service's configuration up to date, until its shutdown. It starts before the modules have
 * connected, because they may be waiting for a corrected password.
 */
export class SecretRotation implements OnApplicationShutdown {
  private readonly files: SecretFiles;
  /** The last fault of each setting: a fault is logged once, but counted at every check. */
  private readonly refused = new Map<string, string>();

  constructor(config: object, metrics: Metrics, logger: Logger) {
    const checks = metrics.counter({
      name: 'tidemark_secret_file_checks_total',
      help: 'Checks of a secret file that found a new secret: taken if the service uses it now, refused if it is not valid',
      labelNames: ['setting', 'outcome'],
    });
    this.files = new SecretFiles({
      secrets: secretsIn(config),
      onTaken: (setting) => {
        this.refused.delete(setting);
        checks.inc({ setting, outcome: 'taken' });
        logger.info({ setting }, 'started using the new secret from the file');
      },
      onRefused: (setting, reason) => {
        checks.inc({ setting, outcome: 'refused' });
        if (this.refused.get(setting) !== reason) {
          this.refused.set(setting, reason);
          logger.error(
            { setting, reason },
            'refused the new secret in the file; the previous secret stays in use',
          );
        }
      },
    });
    this.files.start();
  }

  onApplicationShutdown(): void {
    this.files.stop();
  }
}
