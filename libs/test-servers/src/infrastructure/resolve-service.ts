import { InfrastructureUnavailableError } from '../errors';
import type { Way } from './host';
import type { BackingService, Choice } from './infrastructure';
import { redactUrl } from './redact-url';
import type { ServerRecord } from './servers/server-record';

export interface ResolvedService {
  readonly choice: Choice;
  /** Present if the server was started now. */
  readonly started?: ServerRecord;
}

const advice: Readonly<Record<BackingService, string>> = {
  postgres:
    'set DATABASE_URL; or run Postgres on localhost:5432 or a Docker engine; or install its programs (initdb, postgres)',
  rabbitmq:
    'set AMQP_URL; or run RabbitMQ on localhost:5672 or a Docker engine; or install its program (rabbitmq-server)',
  mongodb:
    'set MONGODB_URL; or run MongoDB on localhost:27017 or a Docker engine; or install its program (mongod), ' +
    'or a JDK and Maven for a stand-in',
};

/**
 * Tries the ways until one works, and logs it in one line.
 *
 * @throws InfrastructureUnavailableError that says why each way failed, and three ways to get the service.
 */
export async function resolveService(
  service: BackingService,
  ways: readonly Way[],
  log: (line: string) => void,
): Promise<ResolvedService> {
  const passedOver: string[] = [];
  for (const way of ways) {
    const attempt = await way.attempt();
    if (attempt.outcome === 'closed') {
      passedOver.push(`${way.name}: ${attempt.reason.replace(/\s+/g, ' ')}`);
      continue;
    }
    const { url, reason, isStandIn = false, rabbitmqctl, origin = way.name, started } = attempt;
    const others = passedOver.length > 0 ? ` (not ${passedOver.join('; not ')})` : '';
    const what = isStandIn ? `STAND-IN for ${service}` : service;
    log(`${what}: ${redactUrl(url)} by ${way.name}: ${reason}${others}`);
    const startedHere = started !== undefined;
    return {
      choice: { service, way: way.name, origin, url, reason, startedHere, isStandIn, rabbitmqctl },
      started,
    };
  }
  throw new InfrastructureUnavailableError(
    `no ${service}: ${passedOver.join('; ')}.\nChoose one of these ways to get it: ${advice[service]}.`,
  );
}
