import type { OpenAPIObject } from '@nestjs/swagger';
import { isAdminPath } from '../admin-port/admin-path';
import type { Port } from '../admin-port/admin-port';

/** A service's document, cut in two: each part has the routes of one port and the schemas that they refer to. */
export function documentsByPort(document: OpenAPIObject): Readonly<Record<Port, OpenAPIObject>> {
  return {
    public: documentOf(document, (path) => !isAdminPath(path)),
    admin: {
      ...documentOf(document, isAdminPath),
      info: { ...document.info, title: `${document.info.title}, admin port` },
    },
  };
}

function documentOf(document: OpenAPIObject, has: (path: string) => boolean): OpenAPIObject {
  const paths = Object.fromEntries(Object.entries(document.paths).filter(([path]) => has(path)));
  const all = document.components?.schemas ?? {};
  const named = namedIn(paths, all);
  const schemas = Object.fromEntries(Object.entries(all).filter(([name]) => named.has(name)));
  return { ...document, paths, components: { ...document.components, schemas } };
}

/** The schemas that a part of the document refers to, directly or through other schemas. */
function namedIn(
  part: unknown,
  schemas: Readonly<Record<string, unknown>>,
  found = new Set<string>(),
): ReadonlySet<string> {
  for (const [, name] of JSON.stringify(part).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
    if (!found.has(name!)) {
      found.add(name!);
      namedIn(schemas[name!], schemas, found);
    }
  }
  return found;
}
