import { brokerOr } from './broker-or';

const commands = brokerOr('COMMANDS', 'postgres');

export const { of: commandsOf, faultOf: commandsFault } = commands;

/** How commands of processes reach the command-service. To be spread into the shape of a section with `AMQP_URL`. */
export function commandSettings() {
  return {
    COMMANDS: commands.schema(
      'Who brings commands of processes to the command-service: the broker, or queues in the database of the log. Must be the same for all services.',
    ),
  };
}
