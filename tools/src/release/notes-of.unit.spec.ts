import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { notesOf } from './notes-of';

const changelog = `# Changelog

## [Unreleased]

## [0.2.0] - 2026-12-24

### Added

- A field.

### Fixed

- A fault.

## [0.1.1]

### Fixed

- Another fault.

## [0.1.0] - 2026-12-01

Nothing yet.
`;

describe('notesOf', () => {
  it('is the section of the version, without its heading', () => {
    expect(notesOf(changelog, '0.2.0')).toBe('### Added\n\n- A field.\n\n### Fixed\n\n- A fault.\n');
  });

  it.each([
    ['0.2', 'has no section "## [0.2] - YYYY-MM-DD"'],
    ['Unreleased', 'has no section'],
    ['0.1.1', 'has no section'],
    ['0.1.0', 'lists nothing'],
  ])('refuses %s', (version, reason) => {
    expect(() => notesOf(changelog, version)).toThrow(reason);
  });
});

describe('CHANGELOG.md', () => {
  const text = readFileSync(join(__dirname, '../../../CHANGELOG.md'), 'utf8');
  const versions = [...text.matchAll(/^## \[(\d.*?)\]/gm)].map(([, version]) => version!);

  it('collects what is not released yet', () => {
    expect(text).toMatch(/^## \[Unreleased\]\n\n### (Added|Changed|Deprecated|Removed|Fixed|Security)$/m);
  });

  it('has notes of every version that it names', () => {
    expect(() => versions.map((version) => notesOf(text, version))).not.toThrow();
  });
});
