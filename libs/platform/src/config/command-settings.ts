import { brokerOr } from './broker-or';

const commands = brokerOr('COMMANDS', 'postgres');

export const { of: commandsOf, faultOf: commandsFault } = commands;

/** How commands of processes reach the command-service. To be spread into the shape of a section with `AMQP_URL`. */
export function commandSettings() {
  return {
    COMMANDS: commands.schema(
      'How commands of processes reach the command-service: through the broker, or through queues in the database of the log. Must be the same for all services.',
    ),
  };
}
