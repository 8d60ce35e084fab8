import { parseArgs } from 'node:util';
import { brokerServices, type BrokerService } from './broker-users/broker-users';
import { commandsOf, definitionsOf } from './broker-users/definitions';

const passwordVariable = (service: BrokerService) =>
  `${service.toUpperCase().replaceAll('-', '_')}_AMQP_PASSWORD`;

const usage = `usage: npm run -s broker-users -- [--vhost NAME] [--prefix NAME] [--definitions]

Prints what gives each service its own user at RabbitMQ, with the rights that it needs and no more: commands for a
shell, or with --definitions a file for \`rabbitmqctl import_definitions\`. That file holds hashes of the passwords in
${brokerServices.map(passwordVariable).join(', ')}.
Without --vhost the virtual host is /, and without --prefix the names begin as AMQP_PREFIX does by default: tidemark.
`;

function parse() {
  try {
    return parseArgs({
      options: {
        vhost: { type: 'string', default: '/' },
        prefix: { type: 'string', default: 'tidemark' },
        definitions: { type: 'boolean', default: false },
      },
    }).values;
  } catch {
    return undefined;
  }
}

function main(): number {
  const options = parse();
  if (!options) {
    process.stderr.write(usage);
    return 2;
  }
  if (!options.definitions) {
    process.stdout.write(commandsOf(options));
    return 0;
  }
  const missing = brokerServices.map(passwordVariable).filter((variable) => !process.env[variable]);
  if (missing.length > 0) {
    process.stderr.write(`${missing.join(', ')} not set\n`);
    return 2;
  }
  const users = brokerServices.map((service) => ({
    service,
    name: service,
    password: process.env[passwordVariable(service)]!,
  }));
  process.stdout.write(`${JSON.stringify(definitionsOf(options, users), undefined, 2)}\n`);
  return 0;
}

process.exitCode = main();
