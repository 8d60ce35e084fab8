import { createTcpProxy, testServer, type Storage, type TcpProxy } from '@tidemark/test-servers';
import { startSystem, type RunningSystem, type SettingsByService } from './running-system.fixture';

/** A system whose services reach their storage through links that a test can cut. */
export interface LinkedSystem extends RunningSystem {
  readonly links: Links;
}

/**
 * The links to the stores that the system has. A test is skipped if it asks for the link to a store that the system
 * does not have.
 */
export class Links {
  private constructor(
    readonly postgres: TcpProxy,
    private readonly others: { readonly rabbitmq?: TcpProxy; readonly mongodb?: TcpProxy },
  ) {}

  static async to({ databaseUrl, amqpUrl, mongodbUrl }: Storage): Promise<Links> {
    const [postgres, rabbitmq, mongodb] = await Promise.all([
      createTcpProxy(databaseUrl),
      amqpUrl === undefined ? undefined : createTcpProxy(amqpUrl),
      mongodbUrl === undefined ? undefined : createTcpProxy(directly(mongodbUrl)),
    ]);
    return new Links(postgres, { ...(rabbitmq && { rabbitmq }), ...(mongodb && { mongodb }) });
  }

  /** @throws MissingServerError */
  get rabbitmq(): TcpProxy {
    return this.link('rabbitmq');
  }

  /** @throws MissingServerError */
  get mongodb(): TcpProxy {
    return this.link('mongodb');
  }

  /** The storage, as reached through the links. */
  through(storage: Storage): Storage {
    const { rabbitmq, mongodb } = this.others;
    return {
      ...storage,
      databaseUrl: this.postgres.url,
      ...(rabbitmq && { amqpUrl: rabbitmq.url }),
      ...(mongodb && { mongodbUrl: mongodb.url }),
    };
  }

  heal(): void {
    this.all.forEach((link) => link.heal());
  }

  async close(): Promise<void> {
    await Promise.all(this.all.map((link) => link.close()));
  }

  private get all(): readonly TcpProxy[] {
    return [this.postgres, ...Object.values(this.others)];
  }

  private link(name: 'rabbitmq' | 'mongodb'): TcpProxy {
    testServer(name);
    return this.others[name]!;
  }
}

/** @param settings environment variables, by service */
export async function startLinkedSystem(settings: SettingsByService = {}): Promise<LinkedSystem> {
  let links: Links | undefined;
  const system = await startSystem(settings, async (storage) => {
    links = await Links.to(storage);
    return links.through(storage);
  });
  return {
    ...system,
    links: links!,
    end: async () => {
      links!.heal();
      await system.end();
      await links!.close();
    },
  };
}

/** The URL of a direct connection, because a replica set would send its client to the real addresses of its members. */
function directly(mongodbUrl: string): string {
  const url = new URL(mongodbUrl);
  url.searchParams.delete('replicaSet');
  url.searchParams.set('directConnection', 'true');
  return url.toString();
}
