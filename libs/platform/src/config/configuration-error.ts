import { Fault } from '@tidemark/kernel';

/** One setting that cannot be used. It never contains the value, which may be a secret. */
export interface SettingFault {
  /** The environment variable. */
  readonly setting: string;
  readonly message: string;
}

/** The environment is not a valid configuration. The message has one line per fault: `PORT: expected …`. */
export class ConfigurationError extends Fault {
  readonly code = 'invalid_configuration';
  readonly retryable = false;

  constructor(readonly faults: readonly SettingFault[]) {
    super(faults.map(({ setting, message }) => `${setting}: ${message}`).join('\n'));
  }
}
