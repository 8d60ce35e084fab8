import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { refusals, type DecidedCode, type RefusalKind } from './refusals';

test('the README lists every refusal with its status and its meaning', () => {
  const readme = readFileSync(join(__dirname, '../README.md'), 'utf8');
  const rows = [...readme.matchAll(/^\| `(\w+)` +\| (\d{3}) +\| (.+?) +\|$/gm)];
  const documented = rows.map(([, code, status, description]) => [
    code,
    { status: Number(status), description },
  ]);
  expect(documented).toEqual(Object.entries(refusals));
});

test('a code that no decision refuses with does not compile', () => {
  // @ts-expect-error no decision refuses with this code
  const code: DecidedCode = 'order_is_blue';
  expect(refusals).not.toHaveProperty(code);
});

test('a code of a decision that is not declared does not compile', () => {
  const others: Omit<typeof refusals, 'order_not_paid'> = refusals;
  // @ts-expect-error `order_not_paid` is missing
  const all: Record<DecidedCode, RefusalKind> = others;
  expect(Object.keys(all)).toContain('order_not_paid');
});
