import type { ValidationError } from 'class-validator';
import type { FieldFault } from './problem-exception';

/** class-validator's tree as a flat list: one fault per broken rule, with the path as a client would write it. */
export function validationFaults(errors: readonly ValidationError[], parent = ''): FieldFault[] {
  return errors.flatMap((error) => {
    const path = pathTo(parent, error.property);
    const own = Object.entries(error.constraints ?? {}).map(([rule, message]) =>
      faultOf(path, rule, message),
    );
    return [...own, ...validationFaults(error.children ?? [], path)];
  });
}

function pathTo(parent: string, property: string | undefined): string {
  if (property === undefined) {
    return parent;
  }
  if (/^\d+$/.test(property)) {
    return `${parent}[${property}]`;
  }
  return parent === '' ? property : `${parent}.${property}`;
}

function faultOf(path: string, rule: string, message: string): FieldFault {
  return rule === 'whitelistValidation'
    ? { path, code: 'unknown_field', message: `${path} is not a field of this request` }
    : { path, code: snakeCase(rule), message };
}

/** The name of the broken rule in snake case: `isInt` becomes `is_int`. */
function snakeCase(rule: string): string {
  return rule.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
