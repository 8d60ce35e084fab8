import type { LiveValue } from '@tidemark/kernel';
import { z } from 'zod';
import { count, durationMs } from './numbers';
import { isProduction, nodeEnvironment, requireUnguessable } from './production';
import { secretKey } from './secret-key';

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** How the service listens, drains and logs. */
export interface HttpConfig {
  /** The public port. */
  readonly port: number;
  /** The port of the metrics and of everything for operators. */
  readonly adminPort: number;
  readonly host: string;
  readonly logLevel: (typeof LOG_LEVELS)[number];
  /** How many proxies in front of the service are trusted to name the client; 0 trusts none. */
  readonly trustedProxies: number;
  /** The key that hashes clients' addresses in the log. If absent, this process generates its own. */
  readonly addressKey?: LiveValue<Uint8Array>;
  /** How long a request may take to arrive completely. */
  readonly requestTimeoutMs: number;
  /**
   * How long the service keeps serving while it is not ready, before it stops listening. A load balancer needs this
   * time to notice.
   */
  readonly drainDelayMs: number;
  /**
   * The longest time that an orderly shutdown may take, including `DRAIN_DELAY_MS`. After that, the process ends with
   * code 1.
   */
  readonly shutdownTimeoutMs: number;
  /** The longest time that one readiness check may take. */
  readonly readinessTimeoutMs: number;
  /**
   * The sustained requests per second that one subject with role `customer` may make to this replica; 0 means no limit.
   */
  readonly customerRequestsPerSecond: number;
  /** How many requests such a subject may make at once before the sustained rate applies. */
  readonly customerBurst: number;
  /**
   * The sustained 401 and 403 answers per second that one client address may get from this replica before 429; 0 means
   * no limit.
   */
  readonly refusalsPerSecond: number;
  /** How many refusals an address may get at once before the sustained rate applies. */
  readonly refusalBurst: number;
}

interface DefaultPorts {
  readonly defaultPort: number;
  readonly defaultAdminPort: number;
}

/**
 * `PORT` and `ADMIN_PORT` (defaults as given; 0 takes any free port; the two must differ), `HOST` (0.0.0.0),
 * `LOG_LEVEL` (info), `TRUSTED_PROXIES` (1), `ADDRESS_KEY` (base64url, at least 32 bytes; by default a new one per
 * process, so only hashes of the same process can be compared), `REQUEST_TIMEOUT_MS` (30000), `DRAIN_DELAY_MS` (0),
 * `SHUTDOWN_TIMEOUT_MS` (25000), `READINESS_TIMEOUT_MS` (2000), `RATE_LIMIT_PER_SECOND` (20), `RATE_LIMIT_BURST` (40),
 * `REFUSAL_LIMIT_PER_SECOND` (20), `REFUSAL_LIMIT_BURST` (200).
 */
export function httpSettings({ defaultPort, defaultAdminPort }: DefaultPorts) {
  return z
    .object({
      NODE_ENV: nodeEnvironment(),
      PORT: count({ default: defaultPort, min: 0, max: 65_535 }).describe(
        'The public port; 0 takes any free port',
      ),
      ADMIN_PORT: count({ default: defaultAdminPort, min: 0, max: 65_535 }).describe(
        'The port of `/metrics` and `/admin`; 0 takes any free port. Do not expose it to clients',
      ),
      HOST: z.string().default('0.0.0.0').describe('The address that the service listens on'),
      LOG_LEVEL: z
        .enum(LOG_LEVELS, { error: `expected one of ${LOG_LEVELS.join(', ')}` })
        .default('info')
        .meta({ values: LOG_LEVELS.join(', ') })
        .describe('The lowest level that is logged'),
      TRUSTED_PROXIES: count({ default: 1, min: 0, max: 10 }).describe(
        "The number of trusted proxies in front of the service, for finding a client's address",
      ),
      ADDRESS_KEY: secretKey()
        .optional()
        .describe(
          "The key for hashing clients' addresses in the log. Use the same for all replicas; without it, each process generates its own",
        ),
      REQUEST_TIMEOUT_MS: durationMs({ default: 30_000, min: 1 }).describe(
        'How long a request may take to arrive completely',
      ),
      DRAIN_DELAY_MS: durationMs({ default: 0 }).describe(
        'How long the service keeps serving in a shutdown while it is not ready, so that a load balancer can notice',
      ),
      SHUTDOWN_TIMEOUT_MS: durationMs({ default: 25_000, min: 1 }).describe(
        'The longest time that an orderly shutdown may take, including `DRAIN_DELAY_MS`',
      ),
      READINESS_TIMEOUT_MS: durationMs({ default: 2_000, min: 1 }).describe(
        'The longest time that one readiness check may take',
      ),
      RATE_LIMIT_PER_SECOND: count({ default: 20, min: 0, max: 100_000 }).describe(
        'The maximum number of requests per second from one subject with role `customer` to one replica; 0 means no limit',
      ),
      RATE_LIMIT_BURST: count({ default: 40, max: 100_000 }).describe(
        'How many requests a subject may make at once before that rate applies',
      ),
      REFUSAL_LIMIT_PER_SECOND: count({ default: 20, min: 0, max: 100_000 }).describe(
        'The maximum number of 401 and 403 answers per second to one client address from one replica. After that, it answers 429. 0 means no limit. Requests with valid tokens always pass',
      ),
      REFUSAL_LIMIT_BURST: count({ default: 200, max: 100_000 }).describe(
        'How many 401 and 403 answers an address may get at once before that rate applies',
      ),
    })
    .refine(({ PORT, ADMIN_PORT }) => PORT === 0 || PORT !== ADMIN_PORT, {
      path: ['ADMIN_PORT'],
      message: 'must differ from PORT',
    })
    .transform((env, context): HttpConfig => {
      const { ADDRESS_KEY: addressKey } = env;
      const weakness = addressKey && isProduction(env.NODE_ENV) ? requireUnguessable(addressKey) : undefined;
      if (weakness !== undefined) {
        context.addIssue({ code: 'custom', path: ['ADDRESS_KEY'], message: weakness });
      }
      return {
        port: env.PORT,
        adminPort: env.ADMIN_PORT,
        host: env.HOST,
        logLevel: env.LOG_LEVEL,
        trustedProxies: env.TRUSTED_PROXIES,
        ...(addressKey && { addressKey }),
        requestTimeoutMs: env.REQUEST_TIMEOUT_MS,
        drainDelayMs: env.DRAIN_DELAY_MS,
        shutdownTimeoutMs: env.SHUTDOWN_TIMEOUT_MS,
        readinessTimeoutMs: env.READINESS_TIMEOUT_MS,
        customerRequestsPerSecond: env.RATE_LIMIT_PER_SECOND,
        customerBurst: env.RATE_LIMIT_BURST,
        refusalsPerSecond: env.REFUSAL_LIMIT_PER_SECOND,
        refusalBurst: env.REFUSAL_LIMIT_BURST,
      };
    });
}
