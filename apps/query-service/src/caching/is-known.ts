import { etagOf } from '@tidemark/platform';

/** One entity tag or `*`, up to the next comma; a tag may hold a comma. */
const listed = /\s*(\*|(?:W\/)?"[^"]*")\s*(?:,|$)/y;

/**
 * Whether `If-None-Match` names this version: whoever sent it has the answer already. By the weak comparison of RFC 9110,
 * since a proxy that compresses makes `W/"3"` of `"3"`. What is malformed names nothing.
 */
export function isKnown(ifNoneMatch: string | undefined, version: number): boolean {
  const tags = tagsIn(ifNoneMatch ?? '');
  return tags.some((tag) => tag === '*' || tag.replace(/^W\//, '') === etagOf(version));
}

function tagsIn(header: string): readonly string[] {
  const tags: string[] = [];
  for (let at = 0; at < header.length;) {
    listed.lastIndex = at;
    const [whole, tag] = listed.exec(header) ?? [];
    if (whole === undefined || tag === undefined) {
      return [];
    }
    tags.push(tag);
    at += whole.length;
  }
  return tags;
}
