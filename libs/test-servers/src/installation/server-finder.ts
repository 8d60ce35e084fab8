import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { InfrastructureUnavailableError, KeptServerMissingError } from '../errors';
import { lastingHome } from '../infrastructure/host';
import type { BackingService, Choice, Infrastructure, WayName } from '../infrastructure/infrastructure';
import { startInfrastructure } from '../infrastructure/start-infrastructure';
import { describeServer, urlVariables } from './choice-lines';

export interface ServerFinderOptions {
  /** The installation's name, for messages. */
  readonly name: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly checkout: string;
  readonly log: (line: string) => void;
}

/** A new installation uses what is there. Nothing is downloaded for it, and no image is pulled. */
const waysToWhatIsThere: readonly WayName[] = ['env', 'running', 'localhost', 'binary'];
/** A server that the environment demands may have to be fetched first. A stand-in does not meet the demand. */
const waysToWhatIsDemanded: readonly WayName[] = [
  'env',
  'running',
  'localhost',
  'docker',
  'binary',
  'download',
];

/** Finds or starts the servers of one installation, one by one, and ends those that it started. */
export class ServerFinder {
  private readonly found: Infrastructure<BackingService>[] = [];

  constructor(private readonly options: ServerFinderOptions) {}

  /** Uses the first way that works, which may be the last resort. */
  any(service: BackingService): Promise<Choice> {
    return this.find(service);
  }

  demanded(service: BackingService): Promise<Choice> {
    return this.find(service, waysToWhatIsDemanded);
  }

  /** Undefined if there is none. A stand-in does not count, because it keeps nothing. */
  async ifThere(service: BackingService): Promise<Choice | undefined> {
    try {
      const choice = await this.find(service, waysToWhatIsThere);
      return choice.isStandIn ? undefined : choice;
    } catch (failure) {
      if (failure instanceof InfrastructureUnavailableError) {
        return undefined;
      }
      throw failure;
    }
  }

  /**
   * The server that the installation has used until now, or the one whose URL the environment names instead.
   *
   * @param way how the server was found then; undefined if that was not recorded
   * @throws KeptServerMissingError
   */
  async kept(service: BackingService, way: WayName | undefined): Promise<Choice> {
    const { name, environment } = this.options;
    const ways = way ? (['running', way] as const) : await this.waysToData(service);
    try {
      return await this.find(service, environment[urlVariables[service]] ? ['env'] : ways);
    } catch (failure) {
      if (failure instanceof InfrastructureUnavailableError) {
        throw new KeptServerMissingError(name, service, describeServer(service, way), failure);
      }
      throw failure;
    }
  }

  /** Postgres, and the other servers that the installation uses. */
  infrastructure(postgres: Choice, ...others: readonly Choice[]): Infrastructure<'postgres'> {
    const choices = [postgres, ...others];
    return {
      urls: {
        ...Object.fromEntries(others.map(({ service, url }) => [service, url])),
        postgres: postgres.url,
      },
      mongodbIsStandIn: choices.some(({ service, isStandIn }) => service === 'mongodb' && isStandIn),
      choices,
      stop: () => this.stop(),
    };
  }

  /** Ends what was started. */
  async stop(): Promise<void> {
    await Promise.all(this.found.map((found) => found.stop()));
  }

  private async find(service: BackingService, ways?: readonly WayName[]): Promise<Choice> {
    const { environment, checkout, log } = this.options;
    const found = await startInfrastructure({
      ...({ services: [service], scope: 'start', environment, checkout, log } as const),
      ...(ways && { ways: { [service]: ways } }),
    });
    this.found.push(found);
    return found.choices[0]!;
  }

  /** Ways to a server with data. A server without data is not downloaded for this. */
  private async waysToData(service: BackingService): Promise<readonly WayName[]> {
    const data = join(lastingHome(this.options.checkout), service, 'data');
    const hasData = await access(data).then(
      () => true,
      () => false,
    );
    return waysToWhatIsDemanded.filter((way) => hasData || way !== 'download');
  }
}
