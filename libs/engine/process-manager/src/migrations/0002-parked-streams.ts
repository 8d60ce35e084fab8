import { parkedStoreGrants, parkedStoreTables } from '@tidemark/messaging';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const schema = 'process_manager';

export class ParkedStreams1767225600002 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(parkedStoreTables(schema));
    await queryRunner.query(parkedStoreGrants(schema, 'tidemark_process_manager_runtime'));
  }

  /** Forward only: the operators' decisions about parked streams can't be restored. */
  down(): Promise<void> {
    return Promise.reject(new Error('the schema process_manager cannot be reverted'));
  }
}
