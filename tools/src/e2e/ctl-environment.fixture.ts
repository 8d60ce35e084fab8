import { addresses } from '@tidemark/cli';
import type { ServiceName } from '@tidemark/test-servers';
import type { RunningSystem } from './running-system.fixture';

/** The environment with the addresses of a system and an admin token, for the command line. */
export async function ctlEnvironment({ installation, storage }: RunningSystem): Promise<NodeJS.ProcessEnv> {
  const { urls, adminUrls, token } = installation;
  return {
    ...Object.fromEntries(
      Object.entries(addresses).flatMap(([service, { variable, adminVariable }]) => [
        [variable, urls[service as ServiceName]],
        [adminVariable, adminUrls[service as ServiceName]],
      ]),
    ),
    TIDEMARK_TOKEN: await token({ role: 'admin' }),
    EVENT_STORE_DATABASE_URL: storage.databaseUrl,
  };
}
