import { UnreachableUrlError } from '../errors';
import { closed, type Way } from './host';
import { resolveService } from './resolve-service';

const shut = (name: Way['name'], reason: string): Way => ({
  name,
  attempt: () => Promise.resolve(closed(reason)),
});
const open = (name: Way['name'], url: string, isStandIn?: boolean): Way => ({
  name,
  attempt: () => Promise.resolve({ outcome: 'found', url, reason: 'it is there', isStandIn }),
});

describe('resolveService', () => {
  it('uses the first way that works, and reports it in one line', async () => {
    const lines: string[] = [];
    const { choice } = await resolveService(
      'postgres',
      [
        shut('env', 'DATABASE_URL is not set'),
        open('localhost', 'postgresql://me:secret@one'),
        open('docker', 'two'),
      ],
      (line) => lines.push(line),
    );
    expect(choice).toMatchObject({ way: 'localhost', startedHere: false, isStandIn: false });
    expect(choice.url).toBe('postgresql://me:secret@one');
    expect(lines).toEqual([
      'postgres: postgresql://me:***@one by localhost: it is there (not env: DATABASE_URL is not set)',
    ]);
  });

  it('reports a stand-in as a stand-in', async () => {
    const lines: string[] = [];
    await resolveService('mongodb', [open('stand-in', 'mongodb://x', true)], (line) => lines.push(line));
    expect(lines[0]).toMatch(/^STAND-IN for mongodb: /);
  });

  it('describes the possible remedies when no way works', async () => {
    const ways = [shut('env', 'AMQP_URL is not set'), shut('docker', 'no Docker engine answers')];
    const failing = resolveService('rabbitmq', ways, () => {});
    await expect(failing).rejects.toMatchObject({ code: 'infrastructure_unavailable' });
    await expect(failing).rejects.toThrow(
      /env: AMQP_URL is not set; docker: no Docker engine answers\.\nChoose one of these ways .*set AMQP_URL; or run .*; or install/,
    );
  });

  it('does not try other ways if a URL is set but does not answer', async () => {
    const broken: Way = {
      name: 'env',
      attempt: () => Promise.reject(new UnreachableUrlError('AMQP_URL', new Error('refused'))),
    };
    await expect(resolveService('rabbitmq', [broken, open('localhost', 'x')], () => {})).rejects.toThrow(
      'AMQP_URL is set, but its server does not answer: refused',
    );
  });

  it('gives the reason why localhost, which has two addresses, refuses a connection', () => {
    const refused = new AggregateError([
      new Error('connect ECONNREFUSED ::1:1'),
      new Error('and 127.0.0.1:1'),
    ]);
    expect(new UnreachableUrlError('DATABASE_URL', refused).message).toBe(
      'DATABASE_URL is set, but its server does not answer: connect ECONNREFUSED ::1:1',
    );
  });
});
