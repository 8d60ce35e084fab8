import type { AuthConfig } from './auth-settings';
import type { HttpConfig } from './http-settings';
import type { TracingConfig } from './tracing-settings';

/** The configuration that every service has. */
export interface PlatformConfig {
  readonly http: HttpConfig;
  readonly auth: AuthConfig;
  readonly tracing: TracingConfig;
}

/** The token of the service's `PlatformConfig`. */
export const PLATFORM_CONFIG = Symbol('platform configuration');
