import type { NestFastifyApplication } from '@nestjs/platform-fastify';

interface OpenApiDocument {
  readonly paths: Readonly<
    Record<
      string,
      Readonly<Record<string, { readonly responses: Readonly<Record<string, { description: string }>> }>>
    >
  >;
}

type Check = (method: string, path: string, answer: { status: number; code: unknown }) => Promise<void>;

/** The refusal codes that a response of the document lists: one line per decorator. */
export function codesOf({ description }: { readonly description: string }): string[] {
  return description.split(/[,\s]+/);
}

/** Lets every test check the document: it must contain each answer of a `/v1` route, by status and code. */
export function documentedAnswersOf(app: NestFastifyApplication): Check {
  let document: Promise<OpenApiDocument> | undefined;
  return async (method, path, { status, code }) => {
    document ??= app.inject({ url: '/openapi.json' }).then((answer) => answer.json<OpenApiDocument>());
    const { paths } = await document;
    const pattern = Object.keys(paths).find((template) => patternOf(template).test(path));
    const operation = pattern?.startsWith('/v1/') ? paths[pattern]![method.toLowerCase()] : undefined;
    const response = operation?.responses[status];
    if (operation && !(response && (status < 400 || codesOf(response).includes(String(code))))) {
      throw new Error(`the document of ${method} ${pattern} has no ${status} ${String(code ?? '')}`);
    }
  };
}

function patternOf(template: string): RegExp {
  return new RegExp(`^${template.replace(/\{\w+\}/g, '[^/?]+')}(\\?|$)`);
}
