import { UnreachableUrlError } from '../errors';
import { isListening } from '../is-listening';
import { closed, lastingHome, serverHome, type Host, type Way } from './host';
import type { BackingService } from './infrastructure';
import { redactUrl } from './redact-url';
import type { CommandLine } from './run-command';
import { isRunning } from './servers/process-identity';
import { readServerRecord, removeServerRecord, writeServerRecord } from './servers/server-record';

/** Resolves if the server behind the URL is usable, and rejects with the reason if not. */
export type Probe = (url: string) => Promise<void>;

export interface ServerKind {
  readonly service: BackingService;
  readonly variable: string;
  /**
   * The schemes of the service's URLs. The scheme is checked here because drivers accept anything: for pg, `nonsense`
   * is a database on the host `base`.
   */
  readonly schemes: readonly string[];
  readonly probe: Probe;
  /** Whether a server that was already running is only a stand-in for the real one. */
  readonly isStandIn?: (url: string) => Promise<boolean>;
  /** URLs to try on localhost, with the default credentials of a new server. */
  readonly localUrls: readonly string[];
  /** How to call `rabbitmqctl` for a broker on this host. */
  readonly localControl?: CommandLine;
}

/** The way that uses the URL in the environment. If it does not work, that is an error; nothing else is tried. */
export function environmentWay(
  { variable, schemes, probe, isStandIn, localControl }: ServerKind,
  host: Host,
): Way {
  return {
    name: 'env',
    async attempt() {
      const url = host.environment[variable];
      if (!url) {
        return closed(`${variable} is not set`);
      }
      if (!schemes.some((scheme) => url.startsWith(`${scheme}://`))) {
        throw new UnreachableUrlError(variable, new Error(`it does not begin with ${schemes[0]}://`));
      }
      try {
        await probe(url);
      } catch (cause) {
        throw new UnreachableUrlError(variable, cause as Error);
      }
      const isLocal = /[@/](localhost|127\.0\.0\.1|\[::1\])([:/?]|$)/.test(url);
      return {
        outcome: 'found',
        url,
        reason: `it was set by ${variable}`,
        isStandIn: await isStandIn?.(url),
        ...(isLocal && { rabbitmqctl: localControl }),
      };
    },
  };
}

/**
 * The way that uses a server that `infra up` or `npm start` of this checkout started earlier. If the process that would
 * have ended the server was killed, a process of the same kind takes it over.
 */
export function runningWay({ service, probe }: ServerKind, host: Host): Way {
  return {
    name: 'running',
    async attempt() {
      const home = serverHome({ ...host, home: lastingHome(host.checkout) }, service);
      const record = await readServerRecord(home);
      if (!record) {
        return closed('this checkout has not started one');
      }
      const [leader] = record.processes;
      if (leader && !isRunning(leader)) {
        await removeServerRecord(home);
        return closed('the server that this checkout started has ended');
      }
      try {
        await probe(record.url);
      } catch (cause) {
        return closed(`the server that this checkout started does not answer: ${(cause as Error).message}`);
      }
      const { keeper } = host;
      const isAbandoned = record.keeper !== undefined && !isRunning(record.keeper);
      const takenOver = keeper && isAbandoned ? { ...record, keeper } : undefined;
      if (takenOver) {
        await writeServerRecord(takenOver);
      }
      return {
        outcome: 'found',
        url: record.url,
        reason: `this checkout started it earlier (${record.way})`,
        isStandIn: record.isStandIn,
        rabbitmqctl: record.rabbitmqctl,
        origin: record.way,
        started: takenOver,
      };
    },
  };
}

/** The way that uses a server on the default port, if it accepts the default credentials of a new server. */
export function localhostWay({ probe, localUrls, isStandIn, localControl }: ServerKind): Way {
  return {
    name: 'localhost',
    async attempt() {
      const failures: string[] = [];
      for (const url of localUrls) {
        const { hostname, port } = new URL(url);
        if (!(await isListening(hostname, Number(port)))) {
          return closed(`nothing listens on ${hostname}:${port}`);
        }
        try {
          await probe(url);
          return {
            outcome: 'found',
            url,
            reason: 'it was already listening on localhost',
            isStandIn: await isStandIn?.(url),
            rabbitmqctl: localControl,
          };
        } catch (cause) {
          failures.push(`${redactUrl(url)}: ${(cause as Error).message || (cause as Error).name}`);
        }
      }
      return closed(failures.join(', '));
    },
  };
}
