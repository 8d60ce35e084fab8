import { eventually, ScriptedBroker, type ClientMethod, type PeerScript } from '@tidemark/test-servers';
import { silentLogger, type Logger } from '../logger';
import { BrokerConnection } from './broker-connection';

jest.setTimeout(30_000);

let peer: ScriptedBroker;
let broker: BrokerConnection;

beforeEach(async () => {
  peer = await ScriptedBroker.start();
  broker = new BrokerConnection({
    url: peer.url,
    heartbeatSeconds: 1,
    connectTimeoutMs: 500,
    replyTimeoutMs: 300,
    minBackoffMs: 5,
    maxBackoffMs: 50,
  });
});
afterEach(async () => {
  await broker.close();
  await peer.close();
});

/** The first `times` connections end in this way; later connections work. */
function first(times: number, name: string, act: PeerScript): PeerScript {
  let left = times;
  return (method: ClientMethod, session) => {
    if (method.name !== name || left === 0) {
      return false;
    }
    left -= 1;
    return act(method, session);
  };
}

describe('a connection', () => {
  it.each([320, 541])('that is closed with %i together with open-ok is replaced', async (replyCode) => {
    peer.follow(
      first(3, 'ConnectionOpen', (method, session) => {
        session.together(() => {
          session.answer(method);
          session.closeConnection(replyCode);
        });
        return true;
      }),
    );
    await broker.openChannel('plain');
    expect(peer.connectionCount).toBe(4);
    expect(broker.isConnected).toBe(true);
    await eventually(() => expect(peer.openConnections).toBe(1));
  });

  it('that is closed together with the answer to its first request is replaced', async () => {
    peer.follow(
      first(3, 'ChannelClose', (method, session) => {
        session.together(() => {
          session.answer(method);
          session.closeConnection();
        });
        return true;
      }),
    );
    await broker.openChannel('plain');
    expect(peer.connectionCount).toBe(4);
  });

  it('does not count as made before it has answered a request', async () => {
    peer.follow(({ name }) => name === 'ChannelOpen');
    broker.start();
    await eventually(() => expect(peer.connectionCount).toBeGreaterThan(1));
    expect(broker.isConnected).toBe(false);
    expect(broker.errorCode).toBe('broker_unavailable');
    peer.behave();
    await eventually(() => expect(broker.isConnected).toBe(true));
    expect(broker.errorCode).toBeUndefined();
  });

  it('that is blocked together with open-ok accepts no messages', async () => {
    peer.follow((method, session) => {
      if (method.name === 'ConnectionOpen') {
        session.together(() => {
          session.answer(method);
          session.block('low on memory');
        });
      }
      return method.name === 'ConnectionOpen';
    });
    broker.start();
    await eventually(() => expect(broker.isConnected).toBe(true));
    expect(broker.blockedReason).toBe('low on memory');
    expect(broker.errorCode).toBe('broker_unavailable');
    peer.forEachSession((session) => session.unblock());
    await eventually(() => expect(broker.errorCode).toBeUndefined());
  });

  it('that is blocked again, for another reason, accepts messages once it is unblocked', async () => {
    broker.start();
    await eventually(() => expect(broker.isConnected).toBe(true));
    peer.forEachSession((session) => session.block('low on memory'));
    await eventually(() => expect(broker.blockedReason).toBe('low on memory'));
    const waiting = broker.openChannel('plain');
    peer.forEachSession((session) => session.block('low on disk'));
    await eventually(() => expect(broker.blockedReason).toBe('low on disk'));
    peer.forEachSession((session) => session.unblock());
    await waiting;
  });

  it('is lost together with its socket when heartbeats are missed', async () => {
    await broker.openChannel('plain');
    peer.forEachSession((session) => session.stopBeating());
    const lost = broker.untilLost(new AbortController().signal);
    await lost;
    await eventually(() => expect(broker.isConnected).toBe(true));
    expect(peer.connectionCount).toBe(2);
  });

  it('sends heartbeats, whatever the URL says', async () => {
    await broker.close();
    let asked: unknown;
    peer.follow(({ name, fields }) => {
      asked = name === 'ConnectionTuneOk' ? fields['heartbeat'] : asked;
      return false;
    });
    broker = new BrokerConnection({ url: `${peer.url}/?heartbeat=0`, heartbeatSeconds: 1 });
    await broker.openChannel('plain');
    expect(asked).toBe(1);
  });

  it('that is half open is given up after the time for connecting', async () => {
    peer.forEachSession((session) => session.cut());
    peer.follow((_, session) => {
      session.fallSilent();
      return true;
    });
    broker.start();
    await eventually(() => expect(peer.connectionCount).toBe(2));
    expect(broker.isConnected).toBe(false);
    peer.behave();
    await broker.openChannel('plain');
  });

  it('that sends heartbeats but does not answer a request is lost', async () => {
    const channel = await broker.openChannel('plain');
    peer.follow(({ name }) => name === 'QueueDeclare');
    await expect(channel.assertQueue('q')).rejects.toThrow();
    peer.behave();
    await (await broker.openChannel('plain')).assertQueue('q');
    expect(peer.connectionCount).toBe(2);
  });

  it("on which the broker breaks the protocol is replaced at once, without the broker's consent", async () => {
    const channel = await broker.openChannel('plain');
    const closed = new Promise((resolve) => channel.once('close', resolve));
    peer.follow(({ name }) => name === 'ConnectionClose');
    // At this point connection.tune breaks the protocol.
    peer.forEachSession((session) => session.answer({ name: 'ConnectionStartOk', channel: 0, fields: {} }));
    await eventually(() => expect(peer.connectionCount).toBe(2));
    await broker.openChannel('plain');
    await closed;
    await eventually(() => expect(peer.openConnections).toBe(1));
    peer.behave();
  });

  it('is kept while the broker blocks publishing, although a request stays unanswered', async () => {
    const channel = await broker.openChannel('plain');
    peer.follow((method, session) => {
      if (method.name === 'QueueDeclare') {
        peer.later(() => session.answer(method));
      }
      return method.name === 'QueueDeclare';
    });
    peer.forEachSession((session) => session.block('low on disk'));
    await eventually(() => expect(broker.blockedReason).toBeDefined());
    const declared = channel.assertQueue('q');
    const patient = new BrokerConnection({ url: peer.url, heartbeatSeconds: 1, replyTimeoutMs: 300 });
    // The same request on a connection that is not blocked shows that the time has passed.
    const other = await patient.openChannel('plain');
    await expect(other.assertQueue('q')).rejects.toThrow();
    await patient.close();
    peer.forEachSession((session) => session.unblock());
    peer.behave();
    expect(await declared).toMatchObject({ queue: 'q' });
  });

  it('that keeps ending is replaced only after a pause', async () => {
    const connected: number[] = [];
    const logger: Logger = {
      ...silentLogger,
      info: () => {
        connected.push(performance.now());
        peer.forEachSession((session) => session.closeConnection());
      },
    };
    await broker.close();
    broker = new BrokerConnection({ url: peer.url, minBackoffMs: 20, maxBackoffMs: 10_000, logger });
    broker.start();
    await eventually(() => expect(connected.length).toBeGreaterThanOrEqual(4));
    // Waits of at least 10, 20 and 40 ms lie between four connections.
    expect(connected[3]! - connected[0]!).toBeGreaterThanOrEqual(65);
  });
});
