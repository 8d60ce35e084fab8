import { withMongodb } from '../../connections/mongodb';

/** Rejects unless the server answers. */
export async function probeMongodb(url: string): Promise<void> {
  await withMongodb(url, (client) => client.db('admin').command({ ping: 1 }));
}

/** Whether the server is mongo-java-server: unlike every MongoDB, it was built from no revision of MongoDB's source. */
export async function isMongodbStandIn(url: string): Promise<boolean> {
  const build = await withMongodb(url, (client) => client.db('admin').command({ buildInfo: 1 }));
  return build.gitVersion === undefined;
}
