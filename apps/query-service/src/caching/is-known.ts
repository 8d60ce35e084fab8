import { etagOf } from '@tidemark/platform';

/** One entity tag or `*`, up to the next comma. A tag itself may contain commas. */
const listed = /\s*(\*|(?:W\/)?"[^"]*")\s*(?:,|$)/y;

/**
 * Whether `If-None-Match` names this version, so that the client already has the answer. Uses the weak comparison of
 * RFC 9110, because a compressing proxy turns `"3"` into `W/"3"`. A malformed header names no version.
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
