import { invalidRequest, type ProblemException } from '@tidemark/platform';

/** 400 for a cursor that was tampered with, or made by another list or with other filters. */
export function invalidCursor(): ProblemException {
  return invalidRequest({
    path: 'cursor',
    code: 'invalid_cursor',
    message: 'cursor is the nextCursor of an earlier answer to the same request',
  });
}
