import { checkoutRoot } from '@tidemark/test-servers';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

/** With all stores, and on Postgres alone. */
export const composeFiles = ['docker-compose.yml', 'docker-compose.small.yml'] as const;
export type ComposeFile = (typeof composeFiles)[number];

export interface ComposeService {
  readonly image: string;
  readonly build?: { readonly target: string };
  readonly pull_policy?: string;
  readonly restart?: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly healthcheck?: Readonly<Record<string, unknown>>;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
}

export type ComposeServices = Readonly<Record<string, ComposeService>>;

/** The services that a Compose file describes, with its anchors resolved and its variables as they stand. */
export function servicesIn(file: ComposeFile): ComposeServices {
  const text = readFileSync(join(checkoutRoot, file), 'utf8');
  return (parse(text, { merge: true }) as { readonly services: ComposeServices }).services;
}

/** Whether the service runs one of the images that the Dockerfile makes. */
export function isOurs({ image }: ComposeService): boolean {
  return image.includes('TIDEMARK_IMAGES');
}

/** Resolves `${NAME:-default}` like Compose with an empty environment. */
export function byDefault(text: string): string {
  return text.replaceAll(/\$\{\w+:-([^}]*)\}/g, (_, given: string) => given);
}
