import { names } from '@nx/devkit';
import { ts } from 'ts-morph';

/** A name as the generated code writes it: `ticket-desk`, `ticketDesk`, `TicketDesk` and `TICKET_DESK`. */
export interface Name {
  readonly fileName: string;
  readonly propertyName: string;
  readonly className: string;
  readonly constantName: string;
}

/** What the generated code declares or imports itself. */
const taken = [
  ...['accept', 'refuse', 'decision', 'aggregate', 'event', 'events', 'eventOf', 'state', 'command', 'data'],
  ...[
    'assert',
    'test',
    'logged',
    'before',
    'after',
    'body',
    'key',
    'id',
    'token',
    'input',
    'ask',
    'asked',
    'ended',
  ],
  ...[
    'handled',
    'ignored',
    'project',
    'process',
    'reader',
    'repository',
    'controller',
    'module',
    'app',
    'http',
    'main',
  ],
  ...[
    'get',
    'post',
    'param',
    'headers',
    'schemaPipe',
    'commandFrom',
    'writeResultOf',
    'readerOf',
    'repositoryOf',
  ],
];

/**
 * Reads a name in `kebab-case`, `camelCase` or `PascalCase`.
 *
 * @param what names the option in the refusal, such as `event`
 * @throws Error if the generated code can't have the name
 */
export function nameOf(text: string, what: string): Name {
  const name = names(text);
  if (!/^[a-zA-Z][a-zA-Z0-9]*(-[a-zA-Z0-9]+)*$/.test(text)) {
    throw new Error(
      `"${text}" is no name for the ${what}. Use letters, digits and single hyphens, and begin with a letter, as in ticket-desk.`,
    );
  }
  if (isReserved(name.propertyName) || taken.includes(name.propertyName)) {
    throw new Error(
      `"${text}" is no name for the ${what}: the generated code uses the word itself. Choose another name.`,
    );
  }
  return name;
}

function isReserved(word: string): boolean {
  const scanner = ts.createScanner(ts.ScriptTarget.Latest, true, ts.LanguageVariant.Standard, word);
  const kind = scanner.scan();
  return kind >= ts.SyntaxKind.FirstReservedWord && kind <= ts.SyntaxKind.LastFutureReservedWord;
}

/** The words of a name, for a sentence: `ticket desk`. */
export function wordsOf({ fileName }: Name): string {
  return fileName.replaceAll('-', ' ');
}

/** `ticket` gives `tickets`, `category` gives `categories`. */
export function pluralOf(word: string): string {
  if (/[^aeiou]y$/.test(word)) {
    return `${word.slice(0, -1)}ies`;
  }
  return /(s|x|z|ch|sh)$/.test(word) ? `${word}es` : `${word}s`;
}
