import type { Overlay } from './kustomize.fixture';

/** Where the arrows of an overlay lead. */
export interface Drawing {
  /** For each store, where the arrows of the overlay to this store end. Empty if the overlay lacks the store. */
  readonly postgres: readonly string[];
  readonly rabbitmq: readonly string[];
  readonly mongodb: readonly string[];
  /** The namespace that requests from outside come from. */
  readonly gateway?: string;
  /** Whether services fetch keys from an identity provider, and send traces to a collector. */
  readonly isProduction: boolean;
}

const small: Drawing = {
  postgres: ['postgres TCP 5432'],
  rabbitmq: [],
  mongodb: [],
  isProduction: false,
};
const local: Drawing = {
  ...small,
  rabbitmq: ['rabbitmq TCP 5672'],
  mongodb: ['mongodb TCP 27017'],
};
const production: Drawing = {
  postgres: ['10.20.1.0/24 TCP 5432'],
  rabbitmq: ['10.20.2.0/24 TCP 5671'],
  mongodb: ['10.20.3.0/24 TCP 27017'],
  gateway: 'gateway',
  isProduction: true,
};
const operatedMongodb = ['tidemark-mongodb/mongodb-svc TCP 27017'];
export const drawings: Readonly<Record<Overlay, Drawing>> = {
  small,
  local,
  'local-gateway': { ...local, gateway: 'envoy-gateway-system' },
  'local-ingress': { ...local, gateway: 'ingress-nginx' },
  production,
  'production-small': { ...production, rabbitmq: [], mongodb: [] },
  'production-operators': {
    ...production,
    postgres: ['tidemark-postgres/postgres TCP 5432'],
    rabbitmq: ['tidemark-rabbitmq/rabbitmq TCP 5672'],
    mongodb: operatedMongodb,
  },
  'production-aws': {
    ...production,
    postgres: ['10.40.1.0/24 TCP 5432', '10.40.2.0/24 TCP 5432'],
    rabbitmq: ['10.40.1.0/24 TCP 5671', '10.40.2.0/24 TCP 5671'],
    mongodb: operatedMongodb,
  },
};

/** The arrows of a setting with an address. */
export function destinations(
  drawing: Drawing,
): readonly (readonly [setting: RegExp, arrows: readonly string[]])[] {
  return [
    [/DATABASE_URL$/, drawing.postgres],
    [/^AMQP_URL$/, drawing.rabbitmq],
    [/^MONGODB_URL$/, drawing.mongodb],
    [/^AUTH_JWKS_URL$/, drawing.isProduction ? ['203.0.113.10/32 TCP 443'] : []],
    [/^OTEL_EXPORTER_OTLP_ENDPOINT$/, drawing.isProduction ? ['monitoring/any TCP 4318'] : []],
  ];
}
