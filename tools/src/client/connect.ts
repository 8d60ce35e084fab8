import type { TidemarkUrls } from '@tidemark/client';
import { checkoutRoot, findInstallation, issueToken, localAuthKey } from '@tidemark/test-servers';
import { installationName } from '../installation-name';
import { TidemarkClient } from './tidemark-client';

const answerWithinMs = 5_000;

/**
 * The installation that the environment names, by default the one that `npm start` runs in this checkout.
 *
 * @throws Error when one of its services does not answer
 */
export async function connect(role: 'service' | 'admin', environment = process.env): Promise<TidemarkClient> {
  const token =
    environment.TIDEMARK_TOKEN ?? (await issueToken(await localAuthKey(checkoutRoot, environment), { role }));
  const running = (await findInstallation(installationName(environment)))?.urls;
  const urls: TidemarkUrls = {
    commandService:
      environment.TIDEMARK_COMMAND_URL ?? running?.['command-service'] ?? 'http://127.0.0.1:3001',
    queryService: environment.TIDEMARK_QUERY_URL ?? running?.['query-service'] ?? 'http://127.0.0.1:3002',
    processManager:
      environment.TIDEMARK_PROCESS_URL ?? running?.['process-manager'] ?? 'http://127.0.0.1:3004',
  };
  await Promise.all([urls.commandService, urls.queryService].map(requireAnswer));
  return new TidemarkClient({ urls, token });
}

/** The client waits patiently for services that restart. A service that was never there must fail at once. */
async function requireAnswer(url: string): Promise<void> {
  try {
    await fetch(`${url}/health/live`, { signal: AbortSignal.timeout(answerWithinMs) });
  } catch (cause) {
    throw new Error(
      `nothing answers at ${url}: start an installation with npm start, ` +
        'or point to another with TIDEMARK_COMMAND_URL, TIDEMARK_QUERY_URL, TIDEMARK_PROCESS_URL and TIDEMARK_TOKEN',
      { cause },
    );
  }
}
