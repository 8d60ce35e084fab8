import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { addProblemExamples } from './add-problem-examples';
import { nameOperations } from './name-operations';

export interface OpenApiOptions {
  readonly name: string;
  readonly description: string;
  readonly version?: string;
}

const TOKEN = [
  'A JWT. Required claims: `iss`, `aud`, `exp`; `sub`, 1 to 255 characters; `roles`, a list of texts.',
  'A caller with role `customer` also has `customer_id`, 1 to 64 of A-Z a-z 0-9 . _ -.',
  'The service refuses a token that is good for longer than it allows, by default 24 hours.',
].join(' ');

/** The OpenAPI 3.1 document of the service's own routes at `/openapi.json`, and to browse at `/docs`. */
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
        '1 to 128 of A-Z a-z 0-9 . _ -; kept on every event that follows, echoed, made up when absent.',
      schema: { type: 'string' },
    })
    .build();
  const create = () => addProblemExamples(nameOperations(SwaggerModule.createDocument(app, base)));
  SwaggerModule.setup('docs', app, create, {
    jsonDocumentUrl: 'openapi.json',
    raw: ['json'],
    customSiteTitle: name,
  });
}
