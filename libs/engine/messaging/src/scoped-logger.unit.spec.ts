import { ConsoleLogger, Logger } from '@nestjs/common';
import { scopedLogger } from './scoped-logger';

describe('scopedLogger', () => {
  it('gives other loggers the facts and the message', () => {
    const other = { log: jest.fn(), error: jest.fn(), warn: jest.fn() };
    Logger.overrideLogger(other);
    scopedLogger('relay').warn({ partition: 3 }, 'lost a lease');
    expect(other.warn.mock.calls).toEqual([[{ partition: 3 }, 'lost a lease', 'relay']]);
  });

  it("gives Nest's own logger one entry", () => {
    Logger.overrideLogger(new ConsoleLogger());
    const write = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
    try {
      scopedLogger('relay').info({ partition: 3, owner: 'a' }, 'took partitions');
      expect(write).toHaveBeenCalledTimes(1);
      expect(String(write.mock.calls[0]![0])).toContain("took partitions { partition: 3, owner: 'a' }");
    } finally {
      write.mockRestore();
    }
  });
});
