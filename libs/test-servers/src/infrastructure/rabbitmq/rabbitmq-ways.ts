import { dockerWay } from '../docker-way';
import { closed, type Host, type Way } from '../host';
import { environmentWay, localhostWay, runningWay, type ServerKind } from '../server-ways';
import { probeRabbitmq } from './probe-rabbitmq';
import { findRabbitmqServer, startRabbitmq } from './start-rabbitmq';

/** The ways to a RabbitMQ broker, the preferred first. */
export function rabbitmqWays(host: Host): readonly Way[] {
  const kind: ServerKind = {
    service: 'rabbitmq',
    variable: 'AMQP_URL',
    schemes: ['amqp', 'amqps'],
    probe: probeRabbitmq,
    localUrls: ['amqp://guest:guest@127.0.0.1:5672'],
    localControl: { command: 'rabbitmqctl', args: [] },
  };
  return [
    environmentWay(kind, host),
    runningWay(kind, host),
    localhostWay(kind),
    dockerWay(
      kind,
      {
        port: 5672,
        portVariable: 'TIDEMARK_RABBITMQ_PORT',
        otherPorts: { TIDEMARK_RABBITMQ_MANAGEMENT_PORT: 15672 },
        urlAt: (port) => `amqp://guest:guest@127.0.0.1:${port}`,
        hasRabbitmqctl: true,
      },
      host,
    ),
    {
      name: 'binary',
      async attempt() {
        const program = await findRabbitmqServer(host);
        if (!program) {
          return closed('rabbitmq-server is not on the PATH');
        }
        try {
          const record = await startRabbitmq(program, host);
          return {
            outcome: 'found',
            url: record.url,
            reason: `${program} is installed`,
            rabbitmqctl: record.rabbitmqctl,
            started: record,
          };
        } catch (cause) {
          return closed((cause as Error).message);
        }
      },
    },
  ];
}
