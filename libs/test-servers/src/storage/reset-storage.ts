import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { checkoutRoot } from '../checkout-root';
import { InfrastructureUnavailableError } from '../errors';
import { lastingHome } from '../infrastructure/host';
import {
  backingServices,
  type BackingService,
  type Infrastructure,
  type WayName,
} from '../infrastructure/infrastructure';
import { startInfrastructure, type InfrastructureOptions } from '../infrastructure/start-infrastructure';
import { readInstallationRecord, removeInstallationRecord } from '../installation/installation-record';
import { emptyStorage } from './named-storage';
import { assertStorageName } from './storage-name';

export type ResetOptions = Pick<InfrastructureOptions, 'environment' | 'checkout' | 'ways'>;

/**
 * `emptied`: on the server that was running. `started and emptied`: a server of this checkout was started for this, and
 * is stopped again. `nothing kept`: no server answers, and no server that `npm start` would start has data. `not used`:
 * the installation does not use the service.
 */
export type ResetOutcome = 'emptied' | 'started and emptied' | 'nothing kept' | 'not used';

const findingWays: readonly WayName[] = ['env', 'running', 'localhost'];
/** The ways to a server with the data of an earlier start. The stand-in keeps none. */
const keepingWays: readonly WayName[] = ['docker', 'binary', 'embedded', 'download'];

/**
 * Empties the storage of one name wherever the next `npm start` would find it. A server that is not needed for that may
 * be missing. No storage is emptied before every server has been looked for. Afterwards, the next start chooses the
 * servers anew.
 *
 * @throws RangeError for a name that is not valid
 * @throws UnreachableUrlError when a URL is set and does not answer
 */
export async function resetStorage(
  name: string,
  options: ResetOptions = {},
): Promise<Readonly<Record<BackingService, ResetOutcome>>> {
  assertStorageName(name);
  const record = await readInstallationRecord(name, options.checkout);
  const servers: Partial<Record<BackingService, Infrastructure<BackingService>>> = {};
  const outcomes: Partial<Record<BackingService, ResetOutcome>> = {};
  try {
    for (const service of backingServices) {
      if (record && !record.ways[service]) {
        outcomes[service] = 'not used';
      } else {
        servers[service] = await reachData(service, record?.ways[service], options);
      }
    }
    for (const service of backingServices) {
      const server = servers[service];
      outcomes[service] ??= server ? await emptyOn(server, service, name) : 'nothing kept';
    }
    await removeInstallationRecord(name, options.checkout);
  } finally {
    await Promise.all(Object.values(servers).map((server) => server?.stop()));
  }
  return outcomes as Record<BackingService, ResetOutcome>;
}

async function emptyOn(
  server: Infrastructure<BackingService>,
  service: BackingService,
  name: string,
): Promise<ResetOutcome> {
  await emptyStorage(server, service, name);
  return server.choices.some(({ startedHere }) => startedHere) ? 'started and emptied' : 'emptied';
}

/**
 * A server with the data that the next `npm start` would find; undefined if there is none.
 *
 * @param kept the recorded way to the server; undefined if the installation has no record
 */
async function reachData(service: BackingService, kept: WayName | undefined, options: ResetOptions) {
  const reach = async (scope: 'run' | 'checkout', tried: readonly WayName[]) => {
    const allowed = options.ways?.[service];
    const ways = tried.filter(
      (way) =>
        (allowed?.includes(way) ?? true) && (!kept || way === kept || way === 'env' || way === 'running'),
    );
    try {
      return await startInfrastructure({
        ...options,
        services: [service],
        scope,
        ways: { [service]: ways },
        log: () => {},
      });
    } catch (failure) {
      if (failure instanceof InfrastructureUnavailableError) {
        return undefined;
      }
      throw failure;
    }
  };
  const running = await reach('run', findingWays);
  if (running) {
    return running;
  }
  // A server that this checkout has started has a folder, whether its data is in there or in a container's volume.
  const home = join(lastingHome(options.checkout ?? checkoutRoot), service);
  if (!(await exists(home))) {
    return undefined;
  }
  // Downloads nothing, because a new download has no data.
  const hasData = await exists(join(home, 'data'));
  return reach('checkout', hasData ? keepingWays : keepingWays.filter((way) => way !== 'download'));
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
