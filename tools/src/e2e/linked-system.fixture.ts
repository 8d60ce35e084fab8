import { createTcpProxy, type Storage, type TcpProxy } from '@tidemark/testing';
import { startSystem, type RunningSystem, type SettingsByService } from './running-system.fixture';

/** A system whose services reach their storage through links that a test can cut. */
export interface LinkedSystem extends RunningSystem {
  readonly links: Links;
}

export interface Links {
  readonly postgres: TcpProxy;
  readonly rabbitmq: TcpProxy;
  readonly mongodb: TcpProxy;
}

/** @param settings environment variables, by service */
export async function startLinkedSystem(settings: SettingsByService = {}): Promise<LinkedSystem> {
  let links: Links | undefined;
  const system = await startSystem(settings, async (storage) => {
    links = await linksTo(storage);
    return {
      ...storage,
      databaseUrl: links.postgres.url,
      amqpUrl: links.rabbitmq.url,
      mongodbUrl: links.mongodb.url,
    };
  });
  return {
    ...system,
    links: links!,
    end: async () => {
      Object.values(links!).forEach((link: TcpProxy) => link.heal());
      await system.end();
      await Promise.all(Object.values(links!).map((link: TcpProxy) => link.close()));
    },
  };
}

async function linksTo({ databaseUrl, amqpUrl, mongodbUrl }: Storage): Promise<Links> {
  const [postgres, rabbitmq, mongodb] = await Promise.all([
    createTcpProxy(databaseUrl),
    createTcpProxy(amqpUrl),
    createTcpProxy(directly(mongodbUrl)),
  ]);
  return { postgres, rabbitmq, mongodb };
}

/** The URL of a direct connection, because a replica set would send its client to the real addresses of its members. */
function directly(mongodbUrl: string): string {
  const url = new URL(mongodbUrl);
  url.searchParams.delete('replicaSet');
  url.searchParams.set('directConnection', 'true');
  return url.toString();
}
