import { randomBytes } from 'node:crypto';

const prefix = 'tidemark_test_';
const pattern = /^tidemark_test_(\d{14})_[0-9a-f]{8}$/;

/**
 * A name that no other test has: `tidemark_test_<UTC time>_<random>`. Fits a Postgres database, a virtual host, an AMQP
 * prefix and a MongoDB database. The time in the name lets a later run recognise the left-overs of a killed run.
 */
export function testName(now: Date = new Date()): string {
  const time = now
    .toISOString()
    .replace(/[^0-9]/g, '')
    .slice(0, 14);
  return `${prefix}${time}_${randomBytes(4).toString('hex')}`;
}

/** Whether a name belongs to a test and is older than a day. No test runs for that long. */
export function isLeftOver(name: string, now: Date = new Date()): boolean {
  const time = pattern.exec(name)?.[1];
  if (!time) {
    return false;
  }
  const yesterday = testName(new Date(now.getTime() - 24 * 60 * 60 * 1000));
  return time < pattern.exec(yesterday)![1]!;
}
