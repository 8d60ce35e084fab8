import type { AuthConfig } from '../config/auth-settings';
import type { HttpConfig } from '../config/http-settings';

/** What every service's configuration holds. */
export interface PlatformConfig {
  readonly http: HttpConfig;
  readonly auth: AuthConfig;
}

/** The token of the service's `PlatformConfig`. */
export const PLATFORM_CONFIG = Symbol('platform configuration');
