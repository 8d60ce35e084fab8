/** Where one installation keeps what it keeps: a database, a place on the broker, a MongoDB database. */
export interface Storage {
  /** Administrator's URL of a Postgres database. */
  readonly databaseUrl: string;
  readonly amqpUrl: string;
  /** Before the name of every exchange and queue, so that installations can share a virtual host. */
  readonly amqpPrefix: string;
  /** Names the database in its path. */
  readonly mongodbUrl: string;
}
