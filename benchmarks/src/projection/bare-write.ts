import type { ProjectedDocument } from '@tidemark/projections';
import type { AnyBulkWriteOperation, Db } from 'mongodb';
import type { Pool } from 'pg';
import { models, type Batch, type Change } from './traffic';

/** Writes the documents of a batch with one `bulkWrite` per read model. */
export async function bareMongoWrite(db: Db, { changes }: Batch): Promise<void> {
  await Promise.all(
    models.map(({ generation }, index) =>
      db
        .collection<ProjectedDocument>(generation)
        .bulkWrite(changes[index]!.map(toOperation), { ordered: false }),
    ),
  );
}

/** The document without the columns beside it. */
function contentOf({
  _id,
  partition: _partition,
  position: _position,
  ...content
}: ProjectedDocument): string {
  return JSON.stringify(content);
}

function toOperation({ document, isNew }: Change): AnyBulkWriteOperation<ProjectedDocument> {
  return isNew
    ? { insertOne: { document } }
    : { replaceOne: { filter: { _id: document._id }, replacement: document } };
}

/** Writes the documents of a batch with one prepared upsert per read model. */
export async function barePostgresWrite(pool: Pool, { changes }: Batch): Promise<void> {
  await Promise.all(
    models.map(({ generation }, index) => {
      const documents = changes[index]!.map(({ document }) => document);
      return pool.query({
        name: generation,
        text: `
INSERT INTO read_models.${generation} (_id, partition, position, document)
SELECT * FROM unnest($1::text[], $2::integer[], $3::double precision[], $4::jsonb[])
ON CONFLICT (_id) DO UPDATE SET position = excluded.position, document = excluded.document`,
        values: [
          documents.map(({ _id }) => _id),
          documents.map(({ partition }) => partition),
          documents.map(({ position }) => position),
          documents.map(contentOf),
        ],
      });
    }),
  );
}
