import { backlogAges } from './backlog-ages';
import { InMemoryLog } from './in-memory-log.fixture';

it('gives the age of the oldest waiting event, and reads nothing if no event waits', async () => {
  const log = new InMemoryLog();
  const reads: number[] = [];
  log.onRead = (partition) => void reads.push(partition);
  const at = (partition: number, position: number, timestamp: string) =>
    log.change(partition, position, { timestamp });
  [0, 1, 2].forEach((partition) => log.append(partition, 3));
  at(0, 1, '2026-01-01T00:00:00.000Z');
  at(0, 2, '2026-01-01T00:00:10.500Z');
  at(1, 1, '2026-01-01T00:01:00.000Z');
  const ages = await backlogAges(
    log,
    [
      { partition: 0, position: 1, head: 3 },
      { partition: 1, position: 0, head: 3 },
      { partition: 2, position: 3, head: 3 },
      { partition: 3, position: 0, head: 0 },
    ],
    Date.parse('2026-01-01T00:00:30.000Z'),
  );
  // This clock is behind the database's for the second partition, and a wait is never negative.
  expect([...ages]).toEqual([
    [0, 19.5],
    [1, 0],
    [2, 0],
    [3, 0],
  ]);
  expect(reads).toEqual([0, 1]);
});
