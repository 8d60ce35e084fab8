import { parseArgs } from 'node:util';
import { brokerServices, type BrokerService } from './broker-users/broker-users';
import { commandsOf, definitionsOf } from './broker-users/definitions';

const passwordVariable = (service: BrokerService) =>
  `${service.toUpperCase().replaceAll('-', '_')}_AMQP_PASSWORD`;

const usage = `usage: npm run -s broker-users -- [--vhost NAME] [--prefix NAME] [--definitions]

Prints the commands that give each service its own RabbitMQ user, with only the permissions that it needs. With
--definitions, it prints a file for \`rabbitmqctl import_definitions\` instead. That file contains hashes of the passwords in
${brokerServices.map(passwordVariable).join(', ')}.
--vhost defaults to /, and --prefix to tidemark, which is also the default of AMQP_PREFIX.
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
    process.stderr.write(`${missing.join(', ')} must be set\n`);
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
