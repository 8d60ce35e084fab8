/** The storage of one installation: a database, a place on the broker, a MongoDB database. */
export interface Storage {
  /** Administrator's URL of a Postgres database. */
  readonly databaseUrl: string;
  readonly amqpUrl: string;
  /** How events and commands travel: by the broker, or through Postgres alone; `rabbitmq` by default. */
  readonly messaging?: 'rabbitmq' | 'postgres';
  /** The prefix of every exchange and queue, so that installations can share a virtual host. */
  readonly amqpPrefix: string;
  /** Which of the two databases holds the read models; `mongodb` by default. */
  readonly readStore?: 'mongodb' | 'postgres';
  /** The URL, with the database in its path. */
  readonly mongodbUrl: string;
}
