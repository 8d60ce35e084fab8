import { serverCode } from '@tidemark/mongodb';
import type { Db } from 'mongodb';
import type { ReadModel } from './define-read-model';

/** `unsupported`: the server knows no validators, as mongo-java-server does not. */
export type Validation = 'on' | 'unsupported';

/** The server does not know the command. */
const COMMAND_NOT_FOUND = 59;
const NAMESPACE_EXISTS = 48;

/**
 * Creates the missing parts of one generation of a read model: the collection, its validator and its indexes.
 * Idempotent, and safe from several processes at once. A validator of an earlier release is replaced.
 */
export async function prepareReadModel(
  db: Db,
  { validator, indexes }: ReadModel,
  generation: string,
): Promise<Validation> {
  await db.createCollection(generation).catch((error: unknown) => {
    if (serverCode(error) !== NAMESPACE_EXISTS) {
      throw error;
    }
  });
  const validation = await setValidator(db, validator, generation);
  await db.collection(generation).createIndexes([...indexes]);
  return validation;
}

async function setValidator(
  db: Db,
  validator: ReadModel['validator'],
  generation: string,
): Promise<Validation> {
  try {
    await db.command({
      collMod: generation,
      validator: { $jsonSchema: validator },
      validationLevel: 'strict',
      validationAction: 'error',
    });
    return 'on';
  } catch (error) {
    if (serverCode(error) === COMMAND_NOT_FOUND) {
      return 'unsupported';
    }
    throw error;
  }
}
