import { control } from '../infrastructure/rabbitmq/control';
import type { CommandResult } from '../infrastructure/run-command';
import { testRun } from './test-run';

/** Whether this run may create users at the broker. */
export function canMakeBrokerUsers(): boolean {
  return testRun().rabbitmqctl !== undefined;
}

/** Imports a file of RabbitMQ's definitions. The caller deletes the users. */
export async function importBrokerDefinitions(definitions: object): Promise<void> {
  const { rabbitmqctl } = testRun();
  requireSuccess(await control({ rabbitmqctl, input: JSON.stringify(definitions) }, 'import_definitions'));
}

/** Also closes the users' connections. */
export async function deleteBrokerUsers(names: readonly string[]): Promise<void> {
  const { rabbitmqctl } = testRun();
  for (const result of await Promise.all(
    names.map((name) => control({ rabbitmqctl }, 'delete_user', name)),
  )) {
    requireSuccess(result);
  }
}

function requireSuccess({ exitCode, stdout, stderr }: CommandResult): void {
  if (exitCode !== 0) {
    throw new Error(`rabbitmqctl failed: ${stderr || stdout}`);
  }
}
