import { WindowSize } from './window-size';

const KIB = 1_024;

/** The sizes of successive windows if more events always wait and each has `eventBytes` bytes. */
function sizes(window: WindowSize, eventBytes: number, windows: number): number[] {
  return Array.from({ length: windows }, () => {
    const { events } = window;
    window.follow(events, events * eventBytes);
    return events;
  });
}

describe('WindowSize', () => {
  it('grows with the load up to the limit', () => {
    const window = new WindowSize({ events: 500, bytes: 1_024 * KIB });
    expect(sizes(window, KIB, 7)).toEqual([32, 64, 128, 256, 500, 500, 500]);
  });

  it('holds as many large events as the byte limit allows, and at least one', () => {
    expect(sizes(new WindowSize({ events: 500, bytes: 1_024 * KIB }), 100 * KIB, 3)).toEqual([32, 10, 10]);
    expect(sizes(new WindowSize({ events: 500, bytes: 10 * KIB }), 100 * KIB, 3)).toEqual([32, 1, 1]);
  });

  it("shrinks when few events arrive, so that it can't hold many large events later", () => {
    const window = new WindowSize({ events: 500, bytes: 1_024 * KIB });
    sizes(window, KIB, 5);
    window.follow(1, KIB);
    expect(window.events).toBe(32);
  });

  it('respects a small limit', () => {
    expect(sizes(new WindowSize({ events: 3, bytes: 1_024 * KIB }), KIB, 2)).toEqual([3, 3]);
  });
});
