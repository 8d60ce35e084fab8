import { withMongodb } from '../../connections/mongodb';

/** Rejects unless the server answers. */
export async function probeMongodb(url: string): Promise<void> {
  await withMongodb(url, (client) => client.db('admin').command({ ping: 1 }));
}

/** Whether the server is mongo-java-server: unlike MongoDB, it does not report a source revision. */
export async function isMongodbStandIn(url: string): Promise<boolean> {
  const build = await withMongodb(url, (client) => client.db('admin').command({ buildInfo: 1 }));
  return build.gitVersion === undefined;
}
