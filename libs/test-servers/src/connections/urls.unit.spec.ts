import { redactUrl } from '../infrastructure/redact-url';
import { mongodbUrlFor } from './mongodb';
import { postgresUrlFor } from './postgres';
import { rabbitmqUrlFor } from './rabbitmq';

describe('functions for connection URLs', () => {
  it('keep credentials and options', () => {
    expect(postgresUrlFor('postgresql://me:pw@db:6543/postgres?sslmode=require', 'mine')).toBe(
      'postgresql://me:pw@db:6543/mine?sslmode=require',
    );
    expect(rabbitmqUrlFor('amqp://me:pw@mq:5672/old?heartbeat=5', 'mine')).toBe(
      'amqp://me:pw@mq:5672/mine?heartbeat=5',
    );
  });

  it.each([
    ['mongodb://127.0.0.1:27017', 'mongodb://127.0.0.1:27017/mine'],
    [
      'mongodb://127.0.0.1:27017/?directConnection=true',
      'mongodb://127.0.0.1:27017/mine?directConnection=true',
    ],
    ['mongodb://a:1,b:2,c:3/other?replicaSet=r', 'mongodb://a:1,b:2,c:3/mine?replicaSet=r'],
    ['mongodb+srv://me:pw@cluster.example/?w=1', 'mongodb+srv://me:pw@cluster.example/mine?w=1'],
  ])('add the database to %s', (server, expected) => {
    expect(mongodbUrlFor(server, 'mine')).toBe(expected);
  });

  it('refuse a text that is not a MongoDB URL', () => {
    expect(() => mongodbUrlFor('http://127.0.0.1', 'mine')).toThrow(TypeError);
  });

  it.each([
    ['postgresql://me:secret@db/x', 'postgresql://me:***@db/x'],
    ['amqp://mq:5672', 'amqp://mq:5672'],
    ['mongodb://me:s%40t@a:1,b:2/', 'mongodb://me:***@a:1,b:2/'],
  ])('hide the password of %s', (url, expected) => {
    expect(redactUrl(url)).toBe(expected);
  });
});
