import type { ClientMethod } from './peer-channel';
import type { PeerSession } from './peer-session';
import type { ScriptedBroker } from './scripted-broker';

/** A fault that a broker shows its clients, from `begin` to `ScriptedBroker.behave`. */
export interface FaultScript {
  /** The clients that can't work during the fault. */
  readonly stops: 'everyone' | 'publishers' | 'consumers' | 'nobody';
  begin(broker: ScriptedBroker): void;
}

type Act = (method: ClientMethod, session: PeerSession) => void;

/** A fault in which the broker does `act` in response to each method of that name, instead of its usual answer. */
const at =
  (name: string, act: Act) =>
  (broker: ScriptedBroker): void =>
    broker.follow((method, session) => {
      if (method.name === name) {
        act(method, session);
      }
      return method.name === name;
    });

/** Cuts every connection, so that all clients go through each step again. */
const fromTheStart =
  (begin: (broker: ScriptedBroker) => void) =>
  (broker: ScriptedBroker): void => {
    begin(broker);
    broker.cut();
  };

const refuse: Act = ({ channel }, session) => session.closeChannel(channel);

/** A fault that the broker sends in the same packet as its usual answer. */
const answerAnd =
  (act: Act): Act =>
  (method, session) =>
    session.together(() => {
      session.answer(method);
      act(method, session);
    });

const closeWith = (name: string, replyCode: number) =>
  fromTheStart(
    at(
      name,
      answerAnd((_, session) => session.closeConnection(replyCode)),
    ),
  );

function block(broker: ScriptedBroker): void {
  const reason = 'low on memory';
  broker.follow((method, session) => {
    switch (method.name) {
      case 'ConnectionOpen':
        session.together(() => {
          session.answer(method);
          session.block(reason);
        });
        return true;
      case 'BasicPublish':
        broker.later(() => session.answer(method));
        return true;
      default:
        return false;
    }
  });
  broker.forEachSession((session) => session.block(reason));
  broker.later(() => broker.forEachSession((session) => session.unblock()));
}

function fallSilent(broker: ScriptedBroker): void {
  broker.follow((_, session) => {
    session.fallSilent();
    return true;
  });
  broker.forEachSession((session) => session.fallSilent());
}

function missHeartbeats(broker: ScriptedBroker): void {
  broker.follow(({ name }, session) => {
    session.stopBeating();
    return !name.startsWith('Connection') && name !== 'ProtocolHeader';
  });
  broker.forEachSession((session) => session.stopBeating());
}

/** Settles all messages of one turn of the event loop with one answer, to the last of them. */
const settleTogether =
  (take: Act, settle: Act) =>
  (broker: ScriptedBroker): void => {
    const latest = new Map<PeerSession, Map<number, ClientMethod>>();
    at('BasicPublish', (method, session) => {
      take(method, session);
      if (latest.size === 0) {
        setImmediate(() => {
          latest.forEach((ofSession, each) => ofSession.forEach((last) => settle(last, each)));
          latest.clear();
        });
      }
      latest.set(
        session,
        (latest.get(session) ?? new Map<number, ClientMethod>()).set(method.channel, method),
      );
    })(broker);
  };

const confirmTogether = settleTogether(
  ({ message }, { broker }) => broker.queues.route(message!),
  (last, session) => session.ack(last, true),
);

const refuseTogether = settleTogether(
  () => {},
  (last, session) => session.nack(last, true),
);

/** Faults that real brokers rarely show, and that clients have to survive. */
export const faultScripts: Readonly<Record<string, FaultScript>> = {
  'a close together with open-ok': { stops: 'everyone', begin: closeWith('ConnectionOpen', 320) },
  'an error together with open-ok': { stops: 'everyone', begin: closeWith('ConnectionOpen', 541) },
  'a close together with the first channel': { stops: 'everyone', begin: closeWith('ChannelOpen', 320) },
  'an error together with a declaration': { stops: 'everyone', begin: closeWith('QueueDeclare', 541) },
  'a half-closed connection': {
    stops: 'everyone',
    begin: fromTheStart(at('ChannelOpen', (_, session) => session.halfClose())),
  },
  'a connection that is never answered': { stops: 'everyone', begin: fromTheStart(fallSilent) },
  'a connection that falls silent': { stops: 'everyone', begin: fallSilent },
  'missed heartbeats': { stops: 'everyone', begin: missHeartbeats },
  'a blocked connection': { stops: 'publishers', begin: block },
  'requests without answers': { stops: 'everyone', begin: fromTheStart(at('QueueDeclare', () => {})) },
  'a channel that is closed at its opening': {
    stops: 'everyone',
    begin: fromTheStart(at('ChannelOpen', refuse)),
  },
  'a channel that is closed at confirm.select': {
    stops: 'publishers',
    begin: fromTheStart(at('ConfirmSelect', refuse)),
  },
  'a channel that is closed at exchange.declare': {
    stops: 'everyone',
    begin: fromTheStart(at('ExchangeDeclare', refuse)),
  },
  'a channel that is closed at queue.declare': {
    stops: 'everyone',
    begin: fromTheStart(at('QueueDeclare', refuse)),
  },
  'a channel that is closed at queue.bind': {
    stops: 'everyone',
    begin: fromTheStart(at('QueueBind', refuse)),
  },
  'a channel that is closed at basic.qos': {
    stops: 'consumers',
    begin: fromTheStart(at('BasicQos', refuse)),
  },
  'a channel that is closed at basic.consume': {
    stops: 'consumers',
    begin: fromTheStart(at('BasicConsume', refuse)),
  },
  'a consumer that is cancelled at once': {
    stops: 'consumers',
    begin: fromTheStart(
      at(
        'BasicConsume',
        answerAnd(({ channel }, session) => session.cancelConsumers(channel)),
      ),
    ),
  },
  'a channel that is closed at basic.publish': { stops: 'publishers', begin: at('BasicPublish', refuse) },
  'a channel that is closed at basic.ack': { stops: 'consumers', begin: at('BasicAck', refuse) },
  'refused messages': {
    stops: 'publishers',
    begin: at('BasicPublish', (method, session) => session.nack(method)),
  },
  'refusals of many messages at once': { stops: 'publishers', begin: refuseTogether },
  'returned messages': {
    stops: 'publishers',
    begin: at('BasicPublish', (method, session) => {
      session.giveBack(method);
      session.ack(method);
    }),
  },
  'confirms that never come': { stops: 'publishers', begin: at('BasicPublish', () => {}) },
  'confirms that come late': {
    stops: 'publishers',
    begin: at('BasicPublish', (method, session) => {
      session.broker.queues.route(method.message!);
      session.broker.later(() => session.ack(method));
    }),
  },
  'confirms that come for many at once': { stops: 'nobody', begin: confirmTogether },
};
