import type { FieldFault } from '../problem/problem-exception';

const MAX_DEPTH = 16;
const RESERVED_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Finds what no body or query may contain, whatever its fields are. It finds `null` (an optional field is absent, never
 * null), text that a store can't keep (NUL, half a surrogate pair), names that reach into prototypes, and nesting that
 * no request needs.
 */
export function inputFaults(input: unknown): FieldFault[] {
  const faults: FieldFault[] = [];
  visit(input, '', 0, faults);
  return faults;
}

function visit(value: unknown, path: string, depth: number, faults: FieldFault[]): void {
  if (value === null) {
    faults.push({ path, code: 'null_not_allowed', message: `${path} is null; leave the field out instead` });
  } else if (typeof value === 'string' && !isStorableText(value)) {
    faults.push({
      path,
      code: 'unstorable_text',
      message: `${path} contains characters that cannot be stored`,
    });
  } else if (typeof value === 'object') {
    visitFields(value, path, depth + 1, faults);
  }
}

function visitFields(parent: object, path: string, depth: number, faults: FieldFault[]): void {
  if (depth > MAX_DEPTH) {
    faults.push({ path, code: 'too_deep', message: `nested deeper than ${MAX_DEPTH} levels` });
    return;
  }
  for (const [key, field] of Object.entries(parent)) {
    const fieldPath = pathOf(parent, path, key);
    if (RESERVED_KEYS.has(key) || !isStorableText(key)) {
      faults.push({ path: fieldPath, code: 'unknown_field', message: 'not a field of this request' });
    } else {
      visit(field, fieldPath, depth, faults);
    }
  }
}

function pathOf(parent: object, path: string, key: string): string {
  if (Array.isArray(parent)) {
    return `${path}[${key}]`;
  }
  return path === '' ? key : `${path}.${key}`;
}

function isStorableText(text: string): boolean {
  return !text.includes('\0') && !/\p{Surrogate}/u.test(text);
}
