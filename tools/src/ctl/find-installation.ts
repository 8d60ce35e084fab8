import { issueToken } from '@tidemark/local-token';
import { installationName } from '../installation-name';
import { givenIn } from './given-in';
import { TidemarkInstallation, type Service } from './installation';

interface AddressSettings {
  /** The default of the public port. */
  readonly variable: string;
  readonly port: number;
  readonly adminVariable: string;
  readonly adminPort: number;
}

/** The variables with the URLs of a service's two ports, and the default ports. */
export const addresses: Readonly<Record<Service, AddressSettings>> = {
  'command-service': settings('COMMAND', 3001, 4001),
  'query-service': settings('QUERY', 3002, 4002),
  'projection-service': settings('PROJECTION', 3003, 4003),
  'process-manager': settings('PROCESS', 3004, 4004),
};

function settings(name: string, port: number, adminPort: number): AddressSettings {
  const [variable, adminVariable] = [`TIDEMARK_${name}_URL`, `TIDEMARK_${name}_ADMIN_URL`];
  return { variable, port, adminVariable, adminPort };
}

/**
 * The installation that the variables of `addresses` name, by default the one that `npm start` runs in this checkout.
 * The token is `TIDEMARK_TOKEN` or the content of `TIDEMARK_TOKEN_FILE` (role `admin`). Without one, a token is made
 * with the installation's local key.
 */
export async function findTidemark(environment: NodeJS.ProcessEnv): Promise<TidemarkInstallation> {
  const given = givenIn(environment, 'TIDEMARK_TOKEN');
  const local: Local = given === undefined ? await findLocal(environment) : { token: given };
  const urlsOf = (running: Partial<Record<Service, string>> | undefined, which: 'public' | 'admin') =>
    Object.fromEntries(
      Object.entries(addresses).map(([service, { variable, port, adminVariable, adminPort }]) => {
        const [name, usual] = which === 'public' ? [variable, port] : [adminVariable, adminPort];
        return [service, environment[name] ?? running?.[service as Service] ?? `http://127.0.0.1:${usual}`];
      }),
    ) as Record<Service, string>;
  const urls = { public: urlsOf(local.urls, 'public'), admin: urlsOf(local.adminUrls, 'admin') };
  return new TidemarkInstallation(urls, local.token);
}

interface Local {
  readonly token: string;
  readonly urls?: Readonly<Record<Service, string>>;
  readonly adminUrls?: Readonly<Record<Service, string>>;
}

async function findLocal(environment: NodeJS.ProcessEnv): Promise<Local> {
  const token = await issueToken(await localKey(environment), { role: 'admin' });
  return { ...(await (await checkout())?.findInstallation(installationName(environment))), token };
}

/**
 * The key of a local installation: `AUTH_LOCAL_KEY`, or that of this checkout.
 *
 * @throws Error in an image that is given no key
 */
export async function localKey(environment: NodeJS.ProcessEnv): Promise<string> {
  const key = givenIn(environment, 'AUTH_LOCAL_KEY') || (await (await checkout())?.localAuthKey());
  if (!key) {
    throw new Error('set TIDEMARK_TOKEN, or AUTH_LOCAL_KEY for a local installation');
  }
  return key;
}

/** The library that knows the installations of this checkout. Undefined in an image, which has no checkout. */
async function checkout(): Promise<typeof import('@tidemark/test-servers') | undefined> {
  try {
    return await import('@tidemark/test-servers');
  } catch (cause) {
    if (/MODULE_NOT_FOUND$/.test((cause as NodeJS.ErrnoException).code ?? '')) {
      return undefined;
    }
    throw cause;
  }
}
