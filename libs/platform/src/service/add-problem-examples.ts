import type { OpenAPIObject } from '@nestjs/swagger';
import { exampleProblemOf } from '../problem/send-problem';

const problemJson = 'application/problem+json';

/**
 * Adds an example for every code that an answer may have. The decorator that names the codes can't do it. If a route
 * has several such decorators, Swagger keeps all descriptions but only one content.
 */
export function addProblemExamples(document: OpenAPIObject): OpenAPIObject {
  const operations = Object.values(document.paths).flatMap((path) => Object.values(path as object));
  for (const { responses = {} } of operations as readonly Operation[]) {
    for (const [status, { description, content }] of Object.entries(responses)) {
      const media = content?.[problemJson];
      if (media) {
        const codes = description.split(/[,\s]+/);
        media.examples = Object.fromEntries(
          codes.map((code) => [code, { value: exampleProblemOf(Number(status), code) }]),
        );
      }
    }
  }
  return document;
}

interface Operation {
  readonly responses?: Readonly<Record<string, Answer>>;
}

interface Answer {
  readonly description: string;
  readonly content?: Readonly<Record<string, { examples?: object }>>;
}
