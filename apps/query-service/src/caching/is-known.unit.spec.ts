import { isKnown } from './is-known';

describe('isKnown', () => {
  it.each(['"3"', 'W/"3"', '"2", "3"', ' "2" ,W/"3"', '*', '"a,b", "3"'])('%s names version 3', (header) => {
    expect(isKnown(header, 3)).toBe(true);
  });

  it.each([undefined, '', '3', '"2"', '"33"', '"3', 'w/"3"', '"3" "4"', '"2", 3, "3"', "'3'", '"2","'])(
    '%s does not',
    (header) => {
      expect(isKnown(header, 3)).toBe(false);
    },
  );
});
