/** The storage of one installation: a database, and places on the broker and in MongoDB if there are such servers. */
export interface Storage {
  /** Administrator's URL of a Postgres database. */
  readonly databaseUrl: string;
  /** Absent without a broker: then events come from the log, and commands go through Postgres. */
  readonly amqpUrl?: string | undefined;
  /** The prefix of every exchange and queue, so that installations can share a virtual host. */
  readonly amqpPrefix: string;
  /** The URL, with the database in its path. Absent if the read models are in Postgres. */
  readonly mongodbUrl?: string | undefined;
}
