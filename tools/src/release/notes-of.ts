/**
 * The notes of one version: what CHANGELOG.md has between the heading of the version and the next heading of a version.
 *
 * @param version without `v`, as in `package.json`
 * @throws Error if the changelog does not describe the version
 */
export function notesOf(changelog: string, version: string): string {
  const [, ...sections] = changelog.split(/^## /m);
  const section = sections.find((candidate) => candidate.startsWith(`[${version}] - `));
  if (section === undefined) {
    throw new Error(`CHANGELOG.md has no section "## [${version}] - YYYY-MM-DD"`);
  }
  const [heading, ...lines] = section.split('\n');
  if (!/ - \d{4}-\d{2}-\d{2}$/.test(heading!)) {
    throw new Error(`the section of ${version} in CHANGELOG.md has no date: "## ${heading}"`);
  }
  const notes = lines.join('\n').trim();
  if (!notes.includes('\n- ')) {
    throw new Error(`the section of ${version} in CHANGELOG.md lists nothing`);
  }
  return `${notes}\n`;
}
