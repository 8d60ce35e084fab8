import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { AdminPort } from '../admin-port/admin-port';
import { addProblemExamples } from './add-problem-examples';
import { documentsByPort } from './documents-by-port';
import { nameOperations } from './name-operations';

export interface OpenApiOptions {
  readonly name: string;
  readonly description: string;
  readonly version?: string;
}

const TOKEN = [
  'A JWT. Required claims: `iss`, `aud`, `exp`; `sub`, 1 to 255 characters; `roles`, a list of strings.',
  'A caller with role `customer` also needs `customer_id`, 1 to 64 characters from A-Z a-z 0-9 . _ -.',
  'The service refuses a token whose lifetime is longer than it allows (24 hours by default).',
].join(' ');

/** The OpenAPI 3.1 document of each port's routes: at that port's `/openapi.json`, and to browse at its `/docs`. */
export function addOpenApi(
  app: NestFastifyApplication,
  { name, description, version }: OpenApiOptions,
): void {
  const base = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle(name)
    .setDescription(description)
    .setVersion(version ?? '0.1.0')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: TOKEN })
    .addGlobalParameters({
      name: 'X-Correlation-Id',
      in: 'header',
      required: false,
      description:
        '1 to 128 characters from A-Z a-z 0-9 . _ -. Kept on every resulting event and echoed. Generated when absent.',
      schema: { type: 'string' },
    })
    .build();
  const create = () => addProblemExamples(nameOperations(SwaggerModule.createDocument(app, base)));
  const adminPort = app.get(AdminPort);
  let documents: ReturnType<typeof documentsByPort> | undefined;
  SwaggerModule.setup('docs', app, create, {
    jsonDocumentUrl: 'openapi.json',
    raw: ['json'],
    customSiteTitle: name,
    patchDocumentOnRequest: (request: unknown, _reply, document) => {
      documents ??= documentsByPort(document);
      return documents[adminPort.portOf((request as FastifyRequest).raw)];
    },
  });
}
